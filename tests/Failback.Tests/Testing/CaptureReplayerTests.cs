using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Failback.Testing.Captures;
using Xunit;

namespace Failback.Tests.Testing;

public sealed class CaptureReplayerTests
{
    private static readonly Uri Webhook = new("https://sink.test/feed");

    [Fact]
    public async Task Everything_arrives_and_a_resolved_message_comes_after_all_before_it()
    {
        Capture capture = Capture.Load("i_bank");
        using var sink = new ScriptedSink((_, _) => HttpStatusCode.OK);
        using var client = new HttpClient(sink, disposeHandler: false);
        var replayer = new CaptureReplayer(client, Webhook);
        await replayer.ReplayAsync(capture.Requests);
        Assert.Equal(capture.Requests.Count, sink.Bodies.Count);
        Assert.Equal(capture.Requests.Sum(r => r.Rows), replayer.AcceptedRows);
        Assert.Equal(capture.LastResolved, replayer.Resolved);
        Assert.Equal(2, sink.MostInFlight);
        string[] arrived = [.. sink.Bodies];
        for (int i = 0; i < capture.Requests.Count; i++)
        {
            if (capture.Requests[i].Resolved is not null) Assert.Equal(capture.Requests[i].Body, arrived[i]);
        }
    }

    [Fact]
    public async Task A_refused_request_is_repeated_until_it_is_accepted()
    {
        Capture capture = Capture.Load("h_full_table_name");
        using var sink = new ScriptedSink((_, attempt) => attempt < 2 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
        using var client = new HttpClient(sink, disposeHandler: false);
        var replayer = new CaptureReplayer(client, Webhook);
        await replayer.ReplayAsync(capture.Requests);
        Assert.Equal(2 * capture.Requests.Select(r => r.Body).Distinct().Count(), replayer.Refusals);
        Assert.Equal(capture.Requests.Count, replayer.AcceptedRequests);
    }

    [Fact]
    public async Task After_four_failures_the_feed_starts_again_behind_the_last_accepted_resolved_message()
    {
        Capture capture = Capture.Load("h_full_table_name");
        string victim = capture.Requests.Last(r => r.Rows > 0).Body;
        using var sink = new ScriptedSink(
            (body, attempt) => body == victim && attempt < 4 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK);
        using var client = new HttpClient(sink, disposeHandler: false);
        var replayer = new CaptureReplayer(client, Webhook) { RestartAfterFailures = true };
        await replayer.ReplayAsync(capture.Requests);
        Assert.Equal(1, replayer.Restarts);
        Assert.True(replayer.AcceptedRequests >= capture.Requests.Count);
        Assert.Equal(capture.LastResolved, replayer.Resolved);
    }

    [Fact]
    public async Task A_sink_that_never_accepts_ends_the_replay_with_its_reason()
    {
        using var sink = new ScriptedSink((_, _) => HttpStatusCode.BadRequest);
        using var client = new HttpClient(sink, disposeHandler: false);
        var replayer = new CaptureReplayer(client, Webhook) { GiveUpAfter = TimeSpan.FromMilliseconds(1) };
        TimeoutException failure = await Assert.ThrowsAsync<TimeoutException>(() => replayer.ReplayAsync(Capture.Load("a_geo").Requests));
        Assert.Contains("400 scripted", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Answers by script: what to answer to a body the n-th time it comes (from 0).</summary>
    private sealed class ScriptedSink(Func<string, int, HttpStatusCode> script) : HttpMessageHandler
    {
        private readonly ConcurrentDictionary<string, int> _attempts = new(StringComparer.Ordinal);
        private int _inFlight;

        public ConcurrentQueue<string> Bodies { get; } = new();

        public int MostInFlight { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            MostInFlight = Math.Max(MostInFlight, Interlocked.Increment(ref _inFlight));
            string body = await request.Content!.ReadAsStringAsync(cancellationToken);
            using (JsonDocument.Parse(body)) Bodies.Enqueue(body);
            await Task.Delay(1, cancellationToken);
            int attempt = _attempts.AddOrUpdate(body, 0, (_, n) => n + 1);
            Interlocked.Decrement(ref _inFlight);
            return new HttpResponseMessage(script(body, attempt)) { Content = new StringContent("scripted") };
        }
    }
}
