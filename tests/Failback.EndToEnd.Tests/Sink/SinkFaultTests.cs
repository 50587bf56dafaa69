using System.Diagnostics;
using System.Net;
using Failback.Contracts;
using Failback.Contracts.Control;
using Xunit;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>A broker and a sink that are killed, frozen and blocked: whatever was answered 200 is in the queue.</summary>
public sealed class SinkFaultTests(OwnTestBroker own) : IClassFixture<OwnTestBroker>, IAsyncLifetime
{
    private static readonly string[] Tables = ["orders", "payments"];
    private static readonly Dictionary<string, string> Settings = new() { ["Failback__Sink__RequestTimeout"] = "00:00:03" };

    private readonly FailbackSpec _spec = Failbacks.Create(Tables);
    private readonly TestBroker _broker = own.Broker;

    public async ValueTask InitializeAsync() => await _broker.DeclareAsync(_spec.Queues());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Everything_confirmed_survives_kill_9_of_the_broker()
    {
        await using SinkProcess sink = await SinkProcess.StartAsync(_broker, [_spec], Settings);
        await RunWithFaultsAsync(sink, async sender =>
        {
            await _broker.KillAsync();
            await Wait.UntilAsync(async () => !await sink.IsReadyAsync(), () => "ready without a broker");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await sink.PostAsync(_spec.WebhookPath, Row(1)));
            await _broker.StartAsync();
            await sink.WaitUntilReadyAsync();
            return sink;
        });
    }

    [Fact]
    public async Task Everything_confirmed_survives_kill_9_of_the_sink()
    {
        SinkProcess sink = await SinkProcess.StartAsync(_broker, [_spec], Settings);
        await RunWithFaultsAsync(sink, async sender =>
        {
            await sender.Sink!.KillAsync();
            return await SinkProcess.StartAsync(_broker, [_spec], Settings);
        });
    }

    [Fact]
    public async Task A_frozen_broker_is_answered_with_503_in_time()
    {
        await using SinkProcess sink = await SinkProcess.StartAsync(_broker, [_spec], Settings);
        await RunWithFaultsAsync(sink, async sender =>
        {
            await _broker.FreezeAsync();
            for (int i = 0; i < 3; i++)
            {
                var clock = Stopwatch.StartNew();
                Assert.Equal(HttpStatusCode.ServiceUnavailable, await sink.PostAsync(_spec.WebhookPath, Row(i)));
                Assert.InRange(clock.Elapsed.TotalSeconds, 0, 4.5);
            }

            Assert.False(await sink.IsReadyAsync());
            await _broker.ThawAsync();
            await sink.WaitUntilReadyAsync();
            return sink;
        });
    }

    [Fact]
    public async Task A_blocked_broker_is_answered_with_503_at_once_and_recovers_by_itself()
    {
        await using SinkProcess sink = await SinkProcess.StartAsync(_broker, [_spec], Settings);
        await RunWithFaultsAsync(sink, async sender =>
        {
            await _broker.AlarmAsync(on: true);
            await Wait.UntilAsync(
                async () => await sink.PostAsync(_spec.WebhookPath, Row(1)) == HttpStatusCode.ServiceUnavailable
                && !await sink.IsReadyAsync(), () => sink.Log);
            var clock = Stopwatch.StartNew();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await sink.PostAsync(_spec.WebhookPath, Row(2)));
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1);
            await _broker.AlarmAsync(on: false);
            await sink.WaitUntilReadyAsync();
            return sink;
        });
    }

    /// <summary>Sends, breaks, sends on, twice; then checks the queues.</summary>
    private async Task RunWithFaultsAsync(SinkProcess first, Func<FeedSender, Task<SinkProcess>> fault)
    {
        var sender = new FeedSender(_spec.WebhookPath, Tables) { Sink = first };
        bool stopped = false;
        Task sending = sender.RunAsync(8, () => !Volatile.Read(ref stopped));
        SinkProcess sink = first;
        try
        {
            for (int round = 0; round < 2; round++)
            {
                await ProgressAsync(sender);
                SinkProcess next = await fault(sender);
                sender.Sink = next;
                if (next != sink) await sink.DisposeAsync();
                sink = next;
            }

            await ProgressAsync(sender);
        }
        finally
        {
            Volatile.Write(ref stopped, true);
        }

        await sending;
        Assert.True(sender.Refusals > 0, "the fault went unnoticed");
        int publishers = 0;
        foreach (string table in Tables)
        {
            QueueContents contents = await QueueContents.DrainAsync(_broker, _spec.Queue(table));
            sender.Verify(table, contents);
            publishers = Math.Max(publishers, contents.Publishers);
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{table}: {sender.Accepted} requests accepted, {sender.Refusals} turned away, {contents.Rows.Count} rows in "
                    + $"{contents.Messages} messages of {contents.Publishers} publishers");
        }

        Assert.InRange(publishers, 2, 50);
        await sink.DisposeAsync();
    }

    private static async Task ProgressAsync(FeedSender sender)
    {
        int before = sender.Accepted;
        await Wait.UntilAsync(
            () => Task.FromResult(sender.Accepted > before + 200), () => $"{sender.Accepted - before} requests in a minute\n"
            + sender.Sink!.Log);
    }

    private static string Row(int key) =>
        FeedSender.Batch([("orders", $"[\"probe\", {key}]", new HlcTimestamp(1_760_000_000_000_000_000, 1))]);
}
