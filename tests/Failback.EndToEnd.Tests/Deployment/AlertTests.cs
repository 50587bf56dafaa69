using System.Text.Json.Nodes;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>
/// A real Prometheus scrapes published processes while something is broken on purpose: the alert of each fires, and ends when it is mended.
/// </summary>
public sealed class AlertTests(OwnBrokerStackFixture fixture, ITestOutputHelper output) : IClassFixture<OwnBrokerStackFixture>
{
    private const string Name = "watched";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Not on a stack without CockroachDB.</summary>
    private static readonly string[] Unprovoked = ["FailbackChangefeedStopped"];

    /// <summary>A query that finds nothing without a managed changefeed.</summary>
    private const string OfChangefeeds = "failback_changefeed_high_water_timestamp_seconds";

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);

    private FailbackStack Stack => fixture.Stack;

    [Fact]
    public async Task Each_alert_fires_and_ends_on_a_running_stack()
    {
        await using PrometheusServer prometheus = await PrometheusServer.StartAsync(Stack, fixture.RabbitMq.MetricsUri);
        await using ObservedFailback failback = await ObservedFailback.StartAsync(Stack, Name);
        await UntilAsync(prometheus, "started", true, "FailbackNeverApplied", "FailbackFeedMissing");
        await using var pump = new ResolvedPump(failback);
        await UntilAsync(prometheus, "fed", false, "FailbackNeverApplied", "FailbackFeedMissing", "FailbackLagging", "FailbackTrouble");

        await failback.PostAsync("parent", 1, "3000000000");
        await UntilAsync(prometheus, "a row is refused", true, "FailbackRowsSetAside", "FailbackLagging");
        await NoteQueriesAsync(prometheus);
        await Stack.Client.SendAsync(
            HttpMethod.Post, $"failbacks/{Name}/dead-letters/discard", new JsonObject { ["reason"] = "a test row" });
        await UntilAsync(prometheus, "it is discarded", false, "FailbackRowsSetAside", "FailbackLagging");

        await UntilAsync(prometheus, "nonsense is posted", true, failback.PostNonsenseAsync, "FailbackSinkRefusing");
        await UntilAsync(prometheus, "no more nonsense", false, "FailbackSinkRefusing");

        long id = 10;
        await UntilAsync(
            prometheus, "sessions of the target break", true, () => BreakSessionsAsync(failback, ++id), "FailbackTargetFailing");
        await NoteQueriesAsync(prometheus);
        await UntilAsync(prometheus, "they last", false, "FailbackTargetFailing", "FailbackLagging");

        pump.IsHeld = true;
        await UntilAsync(prometheus, "the feed is silent", true, "FailbackFeedSilent", "FailbackLagging");
        pump.IsHeld = false;
        await UntilAsync(prometheus, "it goes on", false, "FailbackFeedSilent", "FailbackLagging");

        await Stack.Client.ActAsync(Name, "pause");
        await UntilAsync(prometheus, "paused", true, "FailbackPaused");
        await Stack.Client.ActAsync(Name, "resume");
        await UntilAsync(prometheus, "resumed", false, "FailbackPaused", "FailbackLagging");

        await using (Outage killed = await Stack.Appliers[0].KilledAsync())
        {
            await UntilAsync(prometheus, "the applier is killed", true, "FailbackProcessDown", "FailbackApplierSilent", "FailbackTrouble");
            await killed.EndAsync();
        }

        await UntilAsync(prometheus, "it is back", false, "FailbackProcessDown", "FailbackApplierSilent", "FailbackTrouble");

        await using (Outage frozen = Stack.Control.Frozen())
        {
            await UntilAsync(prometheus, "control is frozen", true, "FailbackControlSilent", "FailbackProcessDown");
            await frozen.EndAsync();
        }

        await UntilAsync(prometheus, "it goes on", false, "FailbackControlSilent", "FailbackProcessDown");

        await fixture.RabbitMq.ControlAsync("set_vm_memory_high_watermark absolute 1MB");
        await UntilAsync(prometheus, "the broker lacks memory", true, "FailbackBrokerAlarm", "FailbackBrokerAway");
        await fixture.RabbitMq.ControlAsync("set_vm_memory_high_watermark 0.6");
        await UntilAsync(prometheus, "it has memory", false, "FailbackBrokerAlarm", "FailbackBrokerAway");

        await using ObservedFailback waiting = await ObservedFailback.StartAsync(Stack, "waiting", "bestEffort");
        // As long as no resolved timestamp says that all is here its parent may come.
        await waiting.PostAsync("child", 1, "1");
        await UntilAsync(prometheus, "a child waits", true, "FailbackRowsWaiting");
        await waiting.PostAsync("parent", 1, "1");
        await UntilAsync(prometheus, "its parent came", false, "FailbackRowsWaiting");

        Assert.Empty(AlertRules.Names.Except(_seen).Except(Unprovoked));
        string[] without = [
            .. Dashboards.Queries(Name)
                .Where(q => !_found.Contains(q.Query) && !q.Query.Contains(OfChangefeeds, StringComparison.Ordinal))
                .Select(q => $"{q.Where}: {q.Query}")];
        Assert.Empty(without);
    }

    private static async Task BreakSessionsAsync(ObservedFailback failback, long id)
    {
        await failback.PostAsync("parent", id, "1");
        await failback.Database.ExecuteAsync(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    }

    private Task UntilAsync(PrometheusServer prometheus, string what, bool fires, params string[] alerts) =>
        UntilAsync(prometheus, what, fires, () => Task.CompletedTask, alerts);

    /// <summary>Waits until each of the alerts has fired, at whatever moment, or until none of them fires.</summary>
    private async Task UntilAsync(PrometheusServer prometheus, string what, bool fires, Func<Task> meanwhile, params string[] alerts)
    {
        long started = TimeProvider.System.GetTimestamp();
        IReadOnlyList<string> firing = [];
        HashSet<string> left = [.. alerts];
        await Wait.UntilAsync(async () =>
        {
            await meanwhile();
            firing = [.. (await prometheus.FiringAsync()).Where(alert => !alert.EndsWith(" waiting", StringComparison.Ordinal)
                || left.Contains("FailbackRowsWaiting"))];
            string[] names = [.. firing.Select(alert => alert.Split(' ')[0])];
            _seen.UnionWith(names);
            if (!fires) return !names.Intersect(alerts).Any();
            left.ExceptWith(names);
            return left.Count == 0;
        }, Patience, () => $"{what}: {(fires ? "not fired: " + string.Join(", ", left) : "not ended")}; firing: "
            + $"{string.Join(", ", firing)}\n{Stack.Logs()}");
        double seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        output.WriteLine($"{seconds,5:0.0} s  {what}: {string.Join(", ", alerts)} {(fires ? "fired" : "ended")}");
    }

    private async Task NoteQueriesAsync(PrometheusServer prometheus)
    {
        foreach ((_, string query) in Dashboards.Queries(Name))
            if ((await prometheus.QueryAsync(query)).Count > 0) _found.Add(query);
    }
}
