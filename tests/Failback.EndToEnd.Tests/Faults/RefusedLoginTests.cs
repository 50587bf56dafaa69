using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// The broker refuses something for a while, as when a password is rotated: every process says so and recovers without a restart.
/// </summary>
[Collection(FaultedStackCollection.Name)]
public sealed class RefusedLoginTests(FaultedStack faulted)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private ServiceProcess[] Processes => [faulted.Stack.Control, .. faulted.Stack.Sinks, .. faulted.Stack.Appliers];

    /// <summary>What is taken from the user, and what every process says then.</summary>
    [Theory]
    [InlineData("password", "the broker refuses the login")]
    [InlineData("permissions", "a permission is missing")]
    public async Task Every_process_says_what_the_broker_refuses_and_works_again_once_it_does_not(string taken, string said)
    {
        await using TestDatabase database = await faulted.CreateDatabaseAsync();
        await using SteadyFeed feed = await SteadyFeed.StartAsync(faulted, database, "refused-login");
        await WaitForCommitsAsync(feed);
        int[] before = [.. Processes.Select(process => process.ProcessId)];
        string[] login = Uri.UnescapeDataString(faulted.Broker.Uri.UserInfo).Split(':', 2);
        string host = faulted.Stack.Broker.Name;
        (string take, string give) = taken == "password"
            ? ($"change_password {login[0]} another-{Guid.NewGuid():N}", $"change_password {login[0]} {login[1]}")
            : ($"clear_permissions -p {host} {login[0]}", $"set_permissions -p {host} {login[0]} .* .* .*");
        await using var refused = new Outage(() => faulted.Broker.ControlAsync(give), () => faulted.WaitReadyAsync());
        await faulted.Broker.ControlAsync(take);
        await faulted.Broker.ControlAsync($"close_all_connections --vhost {host} changed");

        foreach (ServiceProcess process in Processes) await WaitForReportAsync(process, said);
        await Task.Delay(TimeSpan.FromSeconds(17));
        Assert.Equal(503, (await faulted.Stack.Control.ReadinessAsync()).Status);
        Assert.Equal(503, (await faulted.Stack.Appliers[0].ReadinessAsync()).Status);
        await refused.EndAsync();

        Assert.Equal(before, Processes.Select(process => process.ProcessId));
        await WaitForCommitsAsync(feed);
        await faulted.Stack.Client.ActAsync("refused-login", "pause");
        await WaitForStateAsync("paused");
        (_, long commits) = await feed.OwnerAsync();
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal(commits, (await feed.OwnerAsync()).Commits);
        await faulted.Stack.Client.ActAsync("refused-login", "resume");
        Assert.Empty(await feed.FinishAsync(Patience));
    }

    /// <summary>A queue of the control plane is deleted behind the back of those who read it.</summary>
    [Fact]
    public async Task A_queue_of_the_control_plane_that_was_deleted_is_made_again()
    {
        await using TestDatabase database = await faulted.CreateDatabaseAsync();
        await using SteadyFeed feed = await SteadyFeed.StartAsync(faulted, database, "refused-login");
        await WaitForCommitsAsync(feed);
        foreach (string queue in (string[])["failback-control", "failback-postgres-find-dead-letters"])
            await faulted.Broker.ControlAsync($"delete_queue -p {faulted.Stack.Broker.Name} {queue}");
        string last = "";
        await Wait.UntilAsync(
            async () =>
            {
                try
                {
                    last = (await faulted.Stack.Client.SendAsync(HttpMethod.Get, "failbacks/refused-login/dead-letters", null)).ToString();
                    return true;
                }
                catch (HttpRequestException e)
                {
                    last = e.Message;
                    return false;
                }
            }, Patience, () => $"{last}\n{faulted.Stack.Logs()}");
        ServiceProcess sink = faulted.Stack.Sinks[0];
        await sink.RestartAsync();
        Assert.Empty(await feed.FinishAsync(Patience));
    }

    private static async Task WaitForReportAsync(ServiceProcess process, string part)
    {
        string report = "";
        await Wait.UntilAsync(
            async () => (report = (await process.ReadinessAsync()).Report).Contains(part, StringComparison.Ordinal), Patience,
            () => $"{process.Name} reports {report}\n{process.LogTail()}");
    }

    private async Task WaitForCommitsAsync(SteadyFeed feed)
    {
        long first = (await feed.OwnerAsync()).Commits;
        await Wait.UntilAsync(async () => (await feed.OwnerAsync()).Commits > first + 2, Patience, () => faulted.Stack.Logs());
    }

    private async Task WaitForStateAsync(string state)
    {
        string last = "";
        await Wait.UntilAsync(
            async () => (last = (await faulted.Stack.Client.GetAsync("refused-login")).GetProperty("state").GetString()!) == state,
            Patience, () => $"the failback is {last}\n{faulted.Stack.Logs()}");
    }
}
