using System.Text.Json;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>Two controls on one PostgreSQL database take commands at the same time and die in the middle of them.</summary>
public sealed class TwoControlsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Commands_of_two_controls_one_of_which_is_killed_or_frozen_leave_one_feed_or_none()
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("FAILBACK_TEST_POSTGRES_URL")),
            "FAILBACK_TEST_POSTGRES_URL is not set: run the tests with ./test.sh");
        await using TestDatabase state = await TestDatabase.CreateAsync(prefix: "state");
        await using CockroachSource source = await CockroachSource.CreateAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await using FailbackStack stack = await FailbackStack.StartAsync(new StackOptions(
            ControlDatabase: state.Url, Controls: 2, ControlSettings: new() { ["Failback__Control__TakeOverAfter"] = "00:00:03" }));
        var failback = new ManagedFailback(stack, "two", source, target);
        await failback.DefineAsync("public", "t");

        string[] jobs = [
            .. (await OfBothAsync(stack, "start")).Select(answer => answer.GetProperty("changefeed").GetProperty("jobId").GetString()!)];
        Assert.Equal(jobs[0], Assert.Single(jobs.Distinct(StringComparer.Ordinal)));
        Assert.Equal(jobs[..1], await source.LiveJobsAsync());
        await source.ExecuteAsync("INSERT INTO t VALUES (1)");
        await failback.CatchUpAsync();
        // The other control has heard of it, too.
        await Wait.UntilAsync(
            async () => (await stack.Clients[1].TablesAsync("two")).Single().Applied == 1, Patience,
            () => "the second control does not see the progress");

        const int victim = 0, survivor = 1;
        await KillWhileAsync(source, "CANCEL JOB", stack, victim, "stop");
        await stack.Clients[survivor].ActAsync("two", "stop");
        Assert.Empty(await source.LiveJobsAsync());
        await StoppedAsync(stack.Clients[survivor]);
        await stack.Controls[victim].RestartAsync();

        await KillWhileAsync(source, "CREATE CHANGEFEED", stack, survivor, "start");
        await stack.Clients[victim].ActAsync("two", "start");
        Assert.Single(await source.LiveJobsAsync());
        // Nobody but the one that is left can be watching the feed now.
        string? seen = Checked(await stack.Clients[victim].GetAsync("two"));
        await Wait.UntilAsync(
            async () => Checked(await stack.Clients[victim].GetAsync("two")) != seen, Patience,
            () => $"nobody watches the feed:\n{stack.Logs()}");
        await stack.Controls[survivor].RestartAsync();
        await source.ExecuteAsync("INSERT INTO t VALUES (2)");
        await FreezeLeaderAsync(stack, source, leader: victim);
        await failback.CatchUpAsync();
        Assert.Equal(3, await target.ScalarAsync<long>("SELECT count(*) FROM t"));
        string[] histories = [
            .. await Task.WhenAll(
                stack.Clients.Select(
                    async client => (await client.SendAsync(HttpMethod.Get, "failbacks/two/history?tail=50", null)).GetRawText()))];
        Assert.Contains("running became stopped", histories[0], StringComparison.Ordinal);
        Assert.Equal(histories[0], histories[1]);
        await stack.Clients[1].DeleteAsync("two");
        Assert.Empty(await source.LiveJobsAsync());
        Assert.DoesNotContain("fb.two.", await stack.Broker.QueuesAsync(), StringComparison.Ordinal);
    }

    // In the middle of a start, until the other has stopped the failback; then the statement is carried out all the same, and the former
    // leader goes on with its call.
    private static async Task FreezeLeaderAsync(FailbackStack stack, CockroachSource source, int leader)
    {
        (ServiceProcess former, ServiceProcess next) = (stack.Controls[leader], stack.Controls[1 - leader]);
        await stack.Clients[leader].ActAsync("two", "stop");
        var frozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.StandIn.Hooks.Asked = async sql =>
        {
            if (!sql.StartsWith("CREATE CHANGEFEED", StringComparison.Ordinal) || frozen.Task.IsCompleted) return;
            former.Freeze();
            frozen.SetResult();
            await release.Task;
        };
        Task<JsonElement> starting = stack.Clients[leader].ActAsync("two", "start");
        await frozen.Task;
        int taken = Leads(next);
        await stack.Clients[1 - leader].ActAsync("two", "stop");
        await Wait.UntilAsync(() => Task.FromResult(Leads(next) == taken + 1), Patience, () => $"nobody took the lead:\n{stack.Logs()}");

        int jobs = await JobsAsync(source);
        release.SetResult();
        await Wait.UntilAsync(async () => await JobsAsync(source) == jobs + 1, Patience, () => "the statement was not carried out");
        int lost = Count(former, "no longer leads");
        former.Continue();
        await BrokenCall.ExpectNoResultAsync(() => starting);
        source.StandIn.Hooks.Asked = static _ => Task.CompletedTask;
        await Wait.UntilAsync(
            async () => (await source.LiveJobsAsync()).Count == 0, Patience,
            () => $"a feed goes on although the failback is stopped:\n{stack.Logs()}");
        await Wait.UntilAsync(() => Task.FromResult(Count(former, "no longer leads") > lost), Patience, () => former.LogTail());
        foreach (ControlClient client in stack.Clients) await StoppedAsync(client);

        await stack.Clients[leader].ActAsync("two", "start");
        Assert.Single(await source.LiveJobsAsync());
        await source.ExecuteAsync("INSERT INTO t VALUES (3)");
        Assert.Equal(taken + 1, Leads(next));
    }

    // Each control hears by itself that everyone has followed the order.
    private static Task StoppedAsync(ControlClient client) => Wait.UntilAsync(
        async () => (await client.GetAsync("two")).GetProperty("state").GetString() == "stopped", Patience,
        () => "a control does not say that the failback is stopped");

    private static async Task<int> JobsAsync(CockroachSource source) =>
        (await source.ColumnAsync("SELECT job_id FROM [SHOW CHANGEFEED JOBS]")).Count;

    private static int Leads(ServiceProcess control) => Count(control, "this control leads");

    private static int Count(ServiceProcess control, string words) => control.LogTail(int.MaxValue).Split(words).Length - 1;

    private static string? Checked(JsonElement failback) =>
        failback.GetProperty("changefeed").TryGetProperty("checkedAt", out JsonElement at) ? at.GetString() : null;

    private static Task<JsonElement[]> OfBothAsync(FailbackStack stack, string action) =>
        Task.WhenAll(Enumerable.Range(0, 4).Select(i => stack.Clients[i % 2].ActAsync("two", action)));

    // At the moment at which the cluster is asked; what the cluster then does of it, it does.
    private static async Task KillWhileAsync(CockroachSource source, string statement, FailbackStack stack, int victim, string action)
    {
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.StandIn.Hooks.Asked = async sql =>
        {
            if (sql.StartsWith(statement, StringComparison.Ordinal) && killed.TrySetResult()) await stack.Controls[victim].KillAsync();
        };
        await BrokenCall.ExpectCutAsync(() => stack.Clients[victim].ActAsync("two", action));
        Assert.True(killed.Task.IsCompleted, $"{statement} was not seen");
        source.StandIn.Hooks.Asked = static _ => Task.CompletedTask;
    }
}
