using System.Net;
using System.Text;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Messaging.Topology;
using Xunit;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>What gets into the queues: order, size, memory, full queues, an orderly end.</summary>
public sealed class SinkPublishingTests
{
    [Fact]
    public async Task Keeps_the_order_of_each_key_while_many_requests_share_messages()
    {
        TestBroker broker = TestBroker.Shared();
        FailbackSpec spec = Failbacks.Create("orders", "payments");
        await broker.DeclareAsync(spec.Queues());
        await using SinkProcess sink = await SinkProcess.StartAsync(broker, [spec]);
        var sender = new FeedSender(spec.WebhookPath, ["orders", "payments"]) { Sink = sink };
        await sender.RunAsync(32, () => sender.Accepted < 1000);
        Assert.Equal(0, sender.Refusals);
        foreach (string table in (string[])["orders", "payments"])
        {
            QueueContents contents = await QueueContents.DrainAsync(broker, spec.Queue(table));
            sender.Verify(table, contents);
            Assert.Equal(sender.Accepted * 5, contents.Rows.Count);
            Assert.Equal(1, contents.Publishers);
            Assert.True(
                contents.Messages < sender.Accepted, $"{contents.Messages} messages for {sender.Accepted} requests: nothing was shared");
        }
    }

    [Fact]
    public async Task A_row_of_100_MB_passes_in_bounded_memory()
    {
        const int size = 100_000_000;
        TestBroker broker = TestBroker.Shared();
        FailbackSpec spec = Failbacks.Create("orders");
        await broker.DeclareAsync(spec.Queues());
        await using SinkProcess sink = await SinkProcess.StartAsync(
            broker, [spec], new() { ["Failback__Sink__RequestTimeout"] = "00:01:00" });
        long before = sink.PeakMemory;
        byte[] body = Encoding.ASCII.GetBytes(
            $$$"""{"payload":[{"after": {"t": "{{{new string('x', size)}}}"}, "key": [1], "topic": "orders", "updated": "1.0"}, {"after": {}, "key": [2], "topic": "orders", "updated": "2.0"}],"length":2}""");
        for (int round = 0; round < 3; round++)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/json");
            using HttpResponseMessage answer = await sink.Client.PostAsync(new Uri(spec.WebhookPath, UriKind.Relative), content);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, sink.Log);
        }

        long peak = sink.PeakMemory;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"resident memory: {before / 1e6:0} MB before, peak {peak / 1e6:0} MB with rows of 100 MB");
        Assert.InRange(peak, 1, 400_000_000);
        QueueContents contents = await QueueContents.DrainAsync(broker, spec.Queue("orders"));
        Assert.Equal(["[1]", "[2]", "[1]", "[2]", "[1]", "[2]"], contents.Rows.Select(row => row.Key));
        Assert.Equal(size + 9, contents.Rows[0].AfterBytes);
    }

    [Fact]
    public async Task A_full_queue_turns_requests_away_until_it_is_read()
    {
        TestBroker broker = TestBroker.Shared();
        FailbackSpec spec = Failbacks.Create("orders", "payments");
        await broker.DeclareAsync([spec.Queue("orders")], new TableQueueOptions { MaxMessages = 20 });
        await broker.DeclareAsync([spec.Queue("payments")]);
        await using SinkProcess sink = await SinkProcess.StartAsync(broker, [spec]);
        int accepted = 0;
        HttpStatusCode status;
        while ((status = await sink.PostAsync(spec.WebhookPath, Row("orders", accepted))) == HttpStatusCode.OK)
            Assert.InRange(++accepted, 1, 1000);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        using (HttpResponseMessage answer = await sink.SendAsync(spec.WebhookPath, Row("orders", -1)))
            Assert.Contains("full", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await sink.PostAsync(spec.WebhookPath, Row("payments", 1)));
        Assert.True(await sink.IsReadyAsync());
        QueueContents contents = await QueueContents.DrainAsync(broker, spec.Queue("orders"));
        Assert.Equal(Enumerable.Range(0, accepted).Select(i => $"[{i}]"), contents.Rows.Select(row => row.Key).Take(accepted));
        Assert.Equal(HttpStatusCode.OK, await sink.PostAsync(spec.WebhookPath, Row("orders", 7)));
        Assert.Equal(
            ["[7]"], (await QueueContents.DrainAsync(broker, spec.Queue("orders"), fromTheStart: false)).Rows.Select(row => row.Key));
    }

    [Fact]
    public async Task Several_unconfirmed_messages_of_a_busy_queue_leave_no_gap_when_it_is_full()
    {
        TestBroker broker = TestBroker.Shared();
        FailbackSpec spec = Failbacks.Create("orders");
        await broker.DeclareAsync(spec.Queues(), new TableQueueOptions { MaxBytes = 4 * 1024 * 1024 });
        await using SinkProcess sink = await SinkProcess.StartAsync(broker, [spec]);
        var sender = new FeedSender(spec.WebhookPath, ["orders"], textBytes: 40_000) { Sink = sink };
        Task sending = sender.RunAsync(16, () => Volatile.Read(ref sender.Refusals) < 50);
        await Wait.UntilAsync(() => Task.FromResult(Volatile.Read(ref sender.Refusals) >= 50), () => sink.Log);
        QueueContents contents = await QueueContents.DrainAsync(broker, spec.Queue("orders"));
        await sending;
        sender.Verify("orders", contents);
        Assert.True(
            contents.Publishers > 4, $"{contents.Publishers} publisher ids: nothing was refused, or one message at a time was sent");
    }

    [Fact]
    public async Task SIGTERM_finishes_what_runs_and_ends_with_0()
    {
        TestBroker broker = TestBroker.Shared();
        FailbackSpec spec = Failbacks.Create("orders");
        await broker.DeclareAsync(spec.Queues());
        await using SinkProcess sink = await SinkProcess.StartAsync(broker, [spec]);
        var sender = new FeedSender(spec.WebhookPath, ["orders"]) { Sink = sink };
        bool stopped = false;
        Task sending = sender.RunAsync(8, () => !Volatile.Read(ref stopped));
        await Wait.UntilAsync(() => Task.FromResult(sender.Accepted > 100), () => sink.Log);
        Task<int> terminated = sink.TerminateAsync();
        Assert.Equal(0, await terminated);
        await using SinkProcess next = await SinkProcess.StartAsync(broker, [spec]);
        sender.Sink = next;
        int before = sender.Accepted;
        await Wait.UntilAsync(() => Task.FromResult(sender.Accepted > before + 50), () => next.Log);
        Volatile.Write(ref stopped, true);
        await sending;
        sender.Verify("orders", await QueueContents.DrainAsync(broker, spec.Queue("orders")));
    }

    private static string Row(string table, int key) =>
        FeedSender.Batch([(table, $"[{key}]", new HlcTimestamp(1_760_000_000_000_000_000, 1))]);
}
