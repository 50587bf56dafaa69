using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Failback.Benchmarks.Targets;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Pipeline;

/// <summary>One failback in a running stack that is filled while it is paused and then drained.</summary>
internal sealed class Backlog : IAsyncDisposable
{
    private const int WarmUps = 3;
    private const int WarmUpRows = 50_000;

    private const int RowsPerRequest = 2_500;
    private const int Connections = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly FailbackStack _stack;
    private readonly HttpClient _client;
    private readonly string _name;
    private readonly Uri _webhook;
    private readonly string[] _topics;
    private long _sent;

    private Backlog(FailbackStack stack, IWideTarget target, string name, Uri webhook, string[] topics)
    {
        _stack = stack;
        Target = target;
        _name = name;
        _webhook = webhook;
        _topics = topics;
        _client = stack.WebhookClient();
        _client.Timeout = TimeSpan.FromMinutes(1);
    }

    public IWideTarget Target { get; }

    /// <summary>A started failback over so many tables of <see cref="WideRow"/>; the first is named <c>wide</c>.</summary>
    /// <param name="stack">Processes.</param>
    /// <param name="tables">How many.</param>
    /// <param name="target">Fresh database, disposed with the backlog; null: PostgreSQL.</param>
    /// <param name="userscript">Null: none.</param>
    public static async Task<Backlog> CreateAsync(FailbackStack stack, int tables, IWideTarget? target = null, string? userscript = null)
    {
        target ??= await PostgresWide.CreateAsync();
        string[] all = [.. Enumerable.Range(0, tables).Select(i => i == 0 ? "wide" : $"wide{i}")];
        await target.CreateTablesAsync(all, CancellationToken.None);
        string failback = $"bench{Guid.NewGuid():N}"[..14];
        var settings = new JsonObject { ["bestEffortWindow"] = "1h" };
        if (userscript is not null) settings["userscript"] = userscript;
        Uri hook = await stack.StartFailbackAsync(failback, target.Database, target.Schema, "wide.*", settings);
        return new Backlog(stack, target, failback, hook, all);
    }

    /// <summary>
    /// Small backlogs before anything is measured. Methods are compiled anew after many calls, and again when it is known how they are
    /// called.
    /// </summary>
    public static async Task WarmUpAsync(FailbackStack stack, IWideTarget? target, string? userscript, CancellationToken cancellationToken)
    {
        await using Backlog backlog = await CreateAsync(stack, tables: 1, target, userscript);
        for (int i = 0; i < WarmUps; i++)
        {
            await backlog.FillAsync(WarmUpRows, WarmUpRows, cancellationToken);
            await backlog.DrainAsync(WarmUpRows, cancellationToken);
            await Warmth.RestAsync(stack.Appliers[0], cancellationToken);
        }
    }

    /// <summary>Rows per second that the sink accepted while nobody applies.</summary>
    public async Task<double> FillAsync(long rows, long keys, CancellationToken cancellationToken)
    {
        await _stack.Client.ActAsync(_name, "pause");
        long started = Stopwatch.GetTimestamp();
        await PostAsync(rows, keys, cancellationToken);
        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Rows per second from the order to resume until all is applied.</summary>
    public async Task<double> DrainAsync(long rows, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        await _stack.Client.ActAsync(_name, "resume");
        await WaitAsync(cancellationToken);
        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Rows per second through sink, broker and applier at the same time, until the last is applied.</summary>
    public async Task<double> FlowAsync(long rows, long keys, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        await PostAsync(rows, keys, cancellationToken);
        await WaitAsync(cancellationToken);
        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _stack.Client.DeleteAsync(_name);
        await Target.DisposeAsync();
    }

    /// <summary>Posts over several connections, a resolved timestamp after every twenty requests.</summary>
    private async Task PostAsync(long rows, long keys, CancellationToken cancellationToken)
    {
        long end = _sent + rows;
        while (_sent < end)
        {
            long begin = _sent, stop = Math.Min(end, _sent + (20 * RowsPerRequest));
            var requests = new List<(long From, long To, string Topic)>();
            for (long from = begin + 1; from <= stop; from += RowsPerRequest) requests.Add(
                (from, Math.Min(stop, from + RowsPerRequest - 1), _topics[from / RowsPerRequest % _topics.Length]));
            await Parallel.ForEachAsync(
                requests, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken },
                async (request, token) =>
                await SendAsync(WideRow.Body(request.From, request.To, keys, request.Topic), token));
            _sent = stop;
            await SendAsync(Encoding.UTF8.GetBytes($"{{\"resolved\":\"{WideRow.TimeOf(_sent)}\"}}"), cancellationToken);
        }
    }

    private async Task SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using HttpResponseMessage answer = await _client.PostAsync(_webhook, content, cancellationToken);
            if (answer.IsSuccessStatusCode) return;
            if ((int)answer.StatusCode < 500)
                throw new InvalidOperationException(
                    $"the sink answered {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>Asks the target, not control: reports come once a second.</summary>
    private Task WaitAsync(CancellationToken cancellationToken) => Wait.UntilAsync(
        () => Target.IsAppliedAsync(WideRow.TimeOf(_sent), _topics.Length, cancellationToken), Patience,
        () => $"{_name} is not applied through {WideRow.TimeOf(_sent)}").WaitAsync(cancellationToken);
}
