using System.Text.Json;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>
/// Control is killed before and after every statement with which it makes and ends a changefeed; the next call arrives at one feed, or
/// none.
/// </summary>
[Collection(CockroachCollection.Name)]
public sealed class KilledControlTests(StackFixture fixture)
{
    private static readonly (string Statement, bool Answered)[] StartSteps =
    [
        ("information_schema.tables", true), ("SHOW CHANGEFEED JOBS", false), ("CREATE CHANGEFEED", false), ("CREATE CHANGEFEED", true),
        ("SHOW CHANGEFEED JOBS after CREATE", true),
    ];

    private static readonly (string Statement, bool Answered)[] StopSteps = [
        ("SHOW CHANGEFEED JOBS", false), ("CANCEL JOB", false), ("CANCEL JOB", true), ("SHOW CHANGEFEED JOB ", true)];

    [Fact]
    public async Task At_every_step_of_start_and_stop_the_next_call_converges()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        var failback = new ManagedFailback(fixture.Stack, "killed", source, target);
        await failback.DefineAsync("public", "t");
        // Until its time is stored the failback has not begun, and earlier rows are not its business.
        await KillAtAsync(source, ("cluster_logical_timestamp", false), failback.StartAsync);
        await KillAtAsync(source, ("cluster_logical_timestamp", true), failback.StartAsync);
        int written = 0;
        for (int round = 0; round < StartSteps.Length; round++)
        {
            await KillAtAsync(source, StartSteps[round], failback.StartAsync);
            await source.ExecuteAsync($"INSERT INTO t VALUES ({++written})");
            JsonElement started = await failback.StartAsync();
            Assert.Equal([started.GetProperty("changefeed").GetProperty("jobId").GetString()!], await source.LiveJobsAsync());
            await failback.CatchUpAsync();
            Assert.Equal(written, await target.ScalarAsync<long>("SELECT count(*) FROM t"));

            if (round < StopSteps.Length) await KillAtAsync(source, StopSteps[round], failback.StopAsync);
            await failback.StopAsync();
            Assert.Empty(await source.LiveJobsAsync());
        }

        await fixture.Stack.Client.DeleteAsync(failback.Name);
        Assert.DoesNotContain("fb.killed.", await fixture.Stack.Broker.QueuesAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_statement_that_is_carried_out_after_its_sender_has_died_leaves_no_second_feed()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        var failback = new ManagedFailback(fixture.Stack, "late", source, target);
        await failback.DefineAsync("public", "t");
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.StandIn.Hooks.Asked = async sql =>
        {
            if (!sql.StartsWith("CREATE CHANGEFEED", StringComparison.Ordinal) || !held.TrySetResult()) return;
            await release.Task;
        };
        Task<JsonElement> first = failback.StartAsync();
        await held.Task;
        await using (Outage killed = await fixture.Stack.Control.KilledAsync())
        {
            await BrokenCall.ExpectCutAsync(() => first);
            await killed.EndAsync();
        }

        string job = (await failback.StartAsync()).GetProperty("changefeed").GetProperty("jobId").GetString()!;

        release.SetResult();
        await Wait.UntilAsync(
            async () => (await source.ColumnAsync("SELECT job_id FROM [SHOW CHANGEFEED JOBS]")).Count == 2, TimeSpan.FromSeconds(10),
            () => "the late statement was not carried out");
        await Wait.UntilAsync(
            async () => await source.LiveJobsAsync() is [var only]
            && only == job, TimeSpan.FromSeconds(10), () => "the second feed goes on");
        await fixture.Stack.Client.DeleteAsync(failback.Name);
    }

    private async Task KillAtAsync(CockroachSource source, (string Statement, bool Answered) step, Func<Task<JsonElement>> call)
    {
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] parts = step.Statement.Split(" after ");
        bool armed = parts.Length == 1;
        Func<string, Task> hook = async sql =>
        {
            armed |= sql.StartsWith(parts[^1], StringComparison.Ordinal);
            if (!armed || !sql.Contains(parts[0], StringComparison.Ordinal) || !killed.TrySetResult()) return;
            await fixture.Stack.Control.KillAsync();
        };
        // The watch of control speaks to the cluster, too; only what follows the call counts.
        if (step.Answered) source.StandIn.Hooks.Answered = hook;
        else source.StandIn.Hooks.Asked = hook;
        try
        {
            await BrokenCall.ExpectCutAsync(call);
            Assert.True(killed.Task.IsCompleted, $"{step}: the statement was not seen");
        }
        finally
        {
            source.StandIn.Hooks.Asked = source.StandIn.Hooks.Answered = static _ => Task.CompletedTask;
            // The call may break a moment before the killed process is gone.
            await fixture.Stack.Control.RestartAsync();
        }
    }
}
