using System.Text.Json;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>Two controls on one PostgreSQL database take commands at the same time and die in the middle of them.</summary>
public sealed class TwoControlsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Commands_of_two_controls_one_of_which_is_killed_leave_one_feed_or_none()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("FAILBACK_TEST_POSTGRES_URL")), "FAILBACK_TEST_POSTGRES_URL is not set: run the tests with ./test.sh");
        await using TestDatabase state = await TestDatabase.CreateAsync(prefix: "state");
        await using CockroachSource source = await CockroachSource.CreateAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await using FailbackStack stack = await FailbackStack.StartAsync(new StackOptions(ControlDatabase: state.Url, Controls: 2));
        var failback = new ManagedFailback(stack, "two", source, target);
        await failback.DefineAsync("public", "t");

        string[] jobs = [.. (await OfBothAsync(stack, "start")).Select(answer => answer.GetProperty("changefeed").GetProperty("jobId").GetString()!)];
        Assert.Equal(jobs[0], Assert.Single(jobs.Distinct(StringComparer.Ordinal)));
        Assert.Equal(jobs[..1], await source.LiveJobsAsync());
        await source.ExecuteAsync("INSERT INTO t VALUES (1)");
        await failback.CatchUpAsync();
        // The other control has heard of it, too.
        await Wait.UntilAsync(async () => (await stack.Clients[1].TablesAsync("two")).Single().Applied == 1, Patience, () => "the second control does not see the progress");

        for (int round = 0; round < 2; round++)
        {
            int victim = round, survivor = 1 - round;
            await KillWhileAsync(source, "CANCEL JOB", stack, victim, "stop");
            await stack.Clients[survivor].ActAsync("two", "stop");
            Assert.Empty(await source.LiveJobsAsync());
            Assert.Equal("stopped", (await stack.Clients[survivor].GetAsync("two")).GetProperty("state").GetString());
            await RestartAsync(stack.Controls[victim]);

            await KillWhileAsync(source, "CREATE CHANGEFEED", stack, survivor, "start");
            await stack.Clients[victim].ActAsync("two", "start");
            Assert.Single(await source.LiveJobsAsync());
            // Nobody but the one that is left can be watching the feed now.
            string? seen = Checked(await stack.Clients[victim].GetAsync("two"));
            await Wait.UntilAsync(async () => Checked(await stack.Clients[victim].GetAsync("two")) != seen, Patience, () => $"nobody watches the feed:\n{stack.Logs()}");
            await RestartAsync(stack.Controls[survivor]);
            await source.ExecuteAsync($"INSERT INTO t VALUES ({round + 2})");
            await failback.CatchUpAsync();
        }

        Assert.Equal(3, await target.ScalarAsync<long>("SELECT count(*) FROM t"));
        string[] histories = [.. await Task.WhenAll(stack.Clients.Select(async client => (await client.SendAsync(HttpMethod.Get, "failbacks/two/history?tail=50", null)).GetRawText()))];
        Assert.Contains("running became stopped", histories[0], StringComparison.Ordinal);
        Assert.Equal(histories[0], histories[1]);
        await stack.Clients[1].DeleteAsync("two");
        Assert.Empty(await source.LiveJobsAsync());
        Assert.DoesNotContain("fb.two.", await stack.Broker.QueuesAsync(), StringComparison.Ordinal);
    }

    private static string? Checked(JsonElement failback) => failback.GetProperty("changefeed").TryGetProperty("checkedAt", out JsonElement at) ? at.GetString() : null;

    private static Task<JsonElement[]> OfBothAsync(FailbackStack stack, string action) =>
        Task.WhenAll(Enumerable.Range(0, 4).Select(i => stack.Clients[i % 2].ActAsync("two", action)));

    private static async Task RestartAsync(ServiceProcess control)
    {
        control.Start();
        await control.WaitReadyAsync();
    }

    // At the moment at which the cluster is asked; what the cluster then does of it, it does.
    private static async Task KillWhileAsync(CockroachSource source, string statement, FailbackStack stack, int victim, string action)
    {
        var killed = new TaskCompletionSource();
        source.StandIn.Hooks.Asked = async sql =>
        {
            if (sql.StartsWith(statement, StringComparison.Ordinal) && killed.TrySetResult()) await stack.Controls[victim].KillAsync();
        };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => stack.Clients[victim].ActAsync("two", action));
        Assert.True(killed.Task.IsCompleted, $"{statement} was not seen");
        source.StandIn.Hooks.Asked = static _ => Task.CompletedTask;
    }
}
