using System.IO.Compression;
using System.Net;
using System.Text;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.EndToEnd.Tests.Healing;
using Xunit;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>One running sink, many requests: what is answered and what is in the queues afterwards.</summary>
public sealed class SinkAnswerTests(SinkAnswerTests.RunningSink running) : IClassFixture<SinkAnswerTests.RunningSink>, IAsyncLifetime
{
    private readonly FailbackSpec _spec = running.Spec;
    private TestBroker _broker = null!;
    private SinkProcess _sink = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = TestBroker.Shared();
        _sink = await running.StartAsync(_broker);
        await _broker.PurgeAsync(running.Queues);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Takes_rows_and_resolved_timestamps_over_HTTP_1_and_2()
    {
        foreach (Version version in (Version[])[HttpVersion.Version11, HttpVersion.Version20])
        {
            Assert.Equal(HttpStatusCode.OK, await SendAsync(_spec.WebhookPath, Row("orders", "[1]"), version: version));
        }

        Assert.Equal(HttpStatusCode.OK, await SendAsync(_spec.WebhookPath, """{"resolved":"1760000000000000009.0000000000"}"""));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(_spec.WebhookPath, """{"payload":[],"length":0}"""));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(_spec.WebhookPath, Gzip(Row("payments", "[2]")), encoding: "gzip"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(running.Paused.WebhookPath, Row("orders", "[3]")));
        QueueContents orders = await QueueContents.DrainAsync(_broker, _spec.Queue("orders"), fromTheStart: false);
        QueueContents payments = await QueueContents.DrainAsync(_broker, _spec.Queue("payments"), fromTheStart: false);
        Assert.Equal(["[1]", "[1]"], orders.Rows.Select(row => row.Key));
        Assert.Equal(["[2]"], payments.Rows.Select(row => row.Key));
        Assert.Equal(["1760000000000000009.0000000000"], orders.Resolved);
        Assert.Equal(orders.Resolved, payments.Resolved);
    }

    [Theory]
    [InlineData("/nowhere", "POST", "application/json", "{}", 404, "path")]
    [InlineData("/", "POST", "application/json", "{}", 404, "path")]
    [InlineData("", "GET", null, "", 405, "POST")]
    [InlineData("", "PUT", "application/json", "{}", 405, "POST")]
    [InlineData("", "POST", "text/csv", "1,2", 415, "application/json")]
    [InlineData("", "POST", null, "{}", 415, "application/json")]
    [InlineData("", "POST", "application/json", "", 400, "empty")]
    [InlineData("", "POST", "application/json", "{", 400, "JSON")]
    [InlineData("", "POST", "application/json", """{"payload":[],"length":3}""", 400, "length")]
    [InlineData("stopped", "POST", "application/json", """{"payload":[],"length":0}""", 503, "stopped")]
    public async Task Refuses_with_a_short_reason(string path, string method, string? type, string body, int status, string reason)
    {
        path = path switch { "" => _spec.WebhookPath, "stopped" => running.Stopped.WebhookPath, _ => path };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body.Length > 0 || type is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (type is not null) request.Content.Headers.ContentType = new(type);
        }

        using HttpResponseMessage answer = await _sink.Client.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(reason, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(answer.Headers.Location);
    }

    [Fact]
    public async Task A_timestamp_of_the_year_2200_waits_and_reaches_no_queue()
    {
        const string late = "7258118400000000000.0000000000";
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable, await SendAsync(_spec.WebhookPath, $$"""{"resolved":"{{late}}"}"""));
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            await SendAsync(_spec.WebhookPath, FeedSender.Batch([("orders", "[1]", HlcTimestamp.Parse(late))])));
        QueueContents orders = await QueueContents.DrainAsync(_broker, _spec.Queue("orders"), fromTheStart: false);
        Assert.Empty(orders.Rows);
        Assert.Empty(orders.Resolved);
    }

    [Fact]
    public async Task Publishes_nothing_of_a_request_that_it_refuses()
    {
        string good = Row("orders", "[1]");
        string[] bad =
        [
            good.Replace("\"length\":1", "\"length\":2", StringComparison.Ordinal),
            good + "x",
            FeedSender.Batch([("orders", "[1]", new HlcTimestamp(1, 0)), ("nowhere", "[1]", new HlcTimestamp(2, 0))]),
            FeedSender.Batch([("orders", "[1]", new HlcTimestamp(1, 0)), ("orders", "{}", new HlcTimestamp(2, 0))]),
        ];
        foreach (string body in bad) Assert.InRange((int)await SendAsync(_spec.WebhookPath, body), 400, 499);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await SendAsync(_spec.WebhookPath, new string(' ', 1_000_001) + good));
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            await SendAsync(_spec.WebhookPath, Gzip(new string(' ', 1_000_001) + good), encoding: "gzip"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await SendAsync(_spec.WebhookPath, Gzip(good), encoding: "zstd"));
        Assert.Empty((await QueueContents.DrainAsync(_broker, _spec.Queue("orders"), fromTheStart: false)).Rows);
    }

    [Fact]
    public async Task Rows_of_unknown_tables_go_aside_with_their_topic()
    {
        Assert.Equal(HttpStatusCode.OK, await SendAsync(running.Aside.WebhookPath, FeedSender.Batch(
            [("orders", "[1]", new HlcTimestamp(1, 0)), ("salaries", "[2]", new HlcTimestamp(2, 0)),
                ("bonus", "[3]", new HlcTimestamp(3, 0)), ("salaries", "[4]", new HlcTimestamp(4, 0))])));
        QueueContents unknown = await QueueContents.DrainAsync(_broker, running.Aside.UnknownTableQueue, fromTheStart: false);
        Assert.Equal(
            [("[2]", "salaries"), ("[3]", "bonus"), ("[4]", "salaries")], unknown.Rows.OrderBy(row => row.Key)
            .Select(row => (row.Key, row.Topic)));
        Assert.Single((await QueueContents.DrainAsync(_broker, running.Aside.Queue("orders"), fromTheStart: false)).Rows);
    }

    [Fact]
    public async Task Answers_503_when_a_queue_is_missing_and_serves_the_others()
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(running.Missing.WebhookPath, Row("orders", "[1]")));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(_spec.WebhookPath, Row("orders", "[1]")));
    }

    [Fact]
    public async Task A_document_of_depth_1000_passes()
    {
        string deep = new string('[', 1000) + new string(']', 1000);
        Assert.Equal(
            HttpStatusCode.OK,
            await SendAsync(
                _spec.WebhookPath, Row("payments", "[7]").Replace("\"x", "\"", StringComparison.Ordinal)
                .Replace("{\"text\":", $"{{\"deep\": {deep}, \"text\":", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Health_and_metrics_have_their_own_port()
    {
        await SendAsync(_spec.WebhookPath, """{"payload":[],"length":0}""");
        string metrics = await _sink.Client.GetStringAsync(new Uri($"http://127.0.0.1:{_sink.HealthPort}/metrics"));
        Assert.Contains("failback_sink_requests", metrics, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _sink.Client.GetAsync(new Uri("/metrics", UriKind.Relative))).StatusCode);
        Assert.True(await _sink.IsReadyAsync());
    }

    [Fact]
    public async Task Logs_are_JSON_lines_without_rows_or_secrets()
    {
        await SendAsync(_spec.WebhookPath, Row("orders", "[\"SECRETKEY\"]").Replace("xxx", "SECRETROW", StringComparison.Ordinal) + "x");
        await Wait.UntilAsync(() => Task.FromResult(_sink.Log.Contains("refused with 400", StringComparison.Ordinal)), () => _sink.Log);
        foreach (string line in _sink.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.StartsWith("{", line, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", _sink.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(_broker.Uri.UserInfo, _sink.Log, StringComparison.Ordinal);
    }

    private static string Row(string table, string key) => FeedSender.Batch([(table, key, new HlcTimestamp(1_760_000_000_000_000_000, 1))]);

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private Task<HttpStatusCode> SendAsync(string path, string body, Version? version = null) =>
        SendAsync(path, Encoding.UTF8.GetBytes(body), null, version);

    private async Task<HttpStatusCode> SendAsync(string path, byte[] body, string? encoding = null, Version? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        if (encoding is not null) request.Content.Headers.ContentEncoding.Add(encoding);
        if (version is not null) (request.Version, request.VersionPolicy) = (version, HttpVersionPolicy.RequestVersionExact);
        using HttpResponseMessage answer = await _sink.Client.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>One process for all tests of the class; started by the first test, which may also be skipped.</summary>
    public sealed class RunningSink : IAsyncDisposable, IHealingFixture
    {
        private SinkProcess? _sink;

        internal FailbackSpec Spec { get; } = Failbacks.Create("orders", "payments");

        internal FailbackSpec Aside { get; } = Failbacks.Create("orders") with { OnUnknownTable = UnknownTablePolicy.DeadLetter };

        internal FailbackSpec Paused { get; } = Failbacks.Create("orders") with { State = RunState.Paused };

        internal FailbackSpec Stopped { get; } = Failbacks.Create("orders") with { State = RunState.Stopped };

        internal FailbackSpec Missing { get; } = Failbacks.Create("orders");

        internal IEnumerable<string> Queues => [.. Spec.Queues(), .. Aside.Queues(), .. Paused.Queues()];

        /// <summary>A sink that has ended is forgotten: the next test starts another one.</summary>
        public async Task<IReadOnlyList<string>> HealAsync()
        {
            if (_sink is not { IsRunning: false }) return [];
            await _sink.DisposeAsync();
            _sink = null;
            return ["the sink did not run"];
        }

        public async ValueTask DisposeAsync()
        {
            if (_sink is not null) await _sink.DisposeAsync();
        }

        internal async Task<SinkProcess> StartAsync(TestBroker broker)
        {
            if (_sink is not null) return _sink;
            await broker.DeclareAsync(Queues);
            return _sink = await SinkProcess.StartAsync(
                broker, [Spec, Aside, Paused, Stopped, Missing], new() { ["Failback__Sink__MaxBodyBytes"] = "1000000" });
        }
    }
}
