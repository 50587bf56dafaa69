using System.Text.Json.Nodes;
using Failback.EndToEnd.Tests.Captures;
using Failback.Testing.Captures;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>kill -9 in the middle of the traffic: the end is the same.</summary>
public sealed class KillTests(OwnBrokerStackFixture fixture, ITestOutputHelper output) : IClassFixture<OwnBrokerStackFixture>
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string capture in (string[])["d_500_restart", "j_bulk"])
            {
                foreach (string victim in (string[])["sink", "applier", "control", "rabbitmq"]) cases.Add(capture, victim);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task The_target_ends_as_the_source_did_after_a_kill_of(string capture, string victim)
    {
        await using CaptureRun run = await CaptureRun.PrepareAsync(fixture.Stack, capture);
        int[] moments = Moments(run.Capture.Requests.Count);
        Task revival = Task.CompletedTask;
        CaptureReplayer replayer;
        try
        {
            replayer = await run.ReplayAsync(
                async index =>
                {
                    if (revival.IsFaulted) await revival;
                    if (!moments.Contains(index)) return;
                    await revival;
                    moments = [.. moments.Where(m => m != index)];
                    Outage killed = await KilledAsync(victim);
                    revival = killed.EndAsync();
                },
                restart: true);
        }
        finally
        {
            // The next test finds it alive.
            await revival;
        }

        await run.VerifyAsync();
        output.WriteLine(
            $"{capture}, {victim}: {replayer.AcceptedRequests} requests accepted, {replayer.Refusals} refused, {replayer.Restarts} "
                + $"restarts of the feed");
        Assert.Empty(moments);
    }

    [Fact]
    public async Task A_broker_without_disk_space_is_found_before_a_start_and_its_fix_ends_that()
    {
        await fixture.Stack.Client.DefineAsync(
            "alarmed",
            new JsonObject { ["target"] = "postgres://u:p@127.0.0.1:1/d", ["changefeed"] = new JsonObject { ["managed"] = false } });
        try
        {
            await fixture.RabbitMq.ControlAsync("set_disk_free_limit 1000000GB");
            string fix = "";
            await Wait.UntilAsync(async () => (fix = await AlarmFixAsync()).Length > 0, TimeSpan.FromSeconds(30), () => "no alarm");
            Assert.StartsWith("rabbitmqctl ", fix, StringComparison.Ordinal);
            await fixture.RabbitMq.ControlAsync(fix["rabbitmqctl ".Length..]);
            await Wait.UntilAsync(async () => (await AlarmFixAsync()).Length == 0, TimeSpan.FromSeconds(30), () => "still alarmed");
        }
        finally
        {
            await fixture.RabbitMq.ControlAsync("set_disk_free_limit 500MB");
        }

        await fixture.Stack.Client.DeleteAsync("alarmed");
    }

    private async Task<string> AlarmFixAsync() =>
        (await fixture.Stack.Client.ActAsync("alarmed", "preflight")).GetProperty("checks").EnumerateArray()
        .Where(check => check.GetProperty("code").GetString() == "broker_disk_alarm").Select(check => check.GetProperty("fix").GetString()!)
        .FirstOrDefault("");

    private static int[] Moments(int requests) => requests < 20 ? [requests / 2] : [requests / 4, requests / 2];

    private Task<Outage> KilledAsync(string victim) => victim switch
    {
        "sink" => fixture.Stack.Sinks[0].KilledAsync(),
        "applier" => fixture.Stack.Appliers[0].KilledAsync(),
        "control" => fixture.Stack.Control.KilledAsync(),
        _ => fixture.RabbitMq.KilledAsync(),
    };
}
