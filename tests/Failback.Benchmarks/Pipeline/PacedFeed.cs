using System.Diagnostics;
using System.Globalization;
using System.Text;
using Failback.Contracts;

namespace Failback.Benchmarks.Pipeline;

/// <summary>
/// A changefeed that posts inserts at a steady rate, a request every ten milliseconds, and a resolved timestamp now and then.
/// </summary>
/// <param name="client">Client of the sink.</param>
/// <param name="webhook">Address of the feed.</param>
/// <param name="rowsPerSecond">Rate of the inserts.</param>
/// <param name="resolvedEvery">Time between resolved timestamps; null: none is sent.</param>
/// <param name="tables">Tables, to which rows go in turn by their id: row <c>id</c> belongs to <c>tables[id % tables.Count]</c>.</param>
internal sealed class PacedFeed(
    HttpClient client, Uri webhook, int rowsPerSecond, TimeSpan? resolvedEvery, IReadOnlyList<string> tables)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);
    private readonly long _start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000_000;
    private readonly Lock _gate = new();

    /// <summary>When the request with the row was sent and answered, by id from 1.</summary>
    public Dictionary<int, (TimeSpan Sent, TimeSpan Accepted)> Rows { get; } = [];

    /// <summary>When a resolved timestamp was sent, with the last id it covers.</summary>
    public List<(int Through, TimeSpan Sent)> Resolved { get; } = [];

    /// <summary>Posts for so long; <paramref name="clock"/> is the common clock of feed and watcher.</summary>
    public async Task<int> RunAsync(TimeSpan duration, Stopwatch clock, CancellationToken cancellationToken)
    {
        var running = new List<Task>();
        int sent = 0;
        TimeSpan begun = clock.Elapsed;
        TimeSpan nextResolved = begun + (resolvedEvery ?? TimeSpan.MaxValue - begun);
        using var timer = new PeriodicTimer(Beat);
        while (clock.Elapsed - begun < duration && await timer.WaitForNextTickAsync(cancellationToken))
        {
            int due = (int)((clock.Elapsed - begun).TotalSeconds * rowsPerSecond);
            if (due > sent) running.Add(PostRowsAsync(sent + 1, due, clock, cancellationToken));
            sent = Math.Max(sent, due);
            if (clock.Elapsed < nextResolved) continue;
            nextResolved += resolvedEvery!.Value;
            await Task.WhenAll(running);
            running.Clear();
            await PostResolvedAsync(sent, clock, cancellationToken);
        }

        await Task.WhenAll(running);
        if (resolvedEvery is not null) await PostResolvedAsync(sent, clock, cancellationToken);
        return sent;
    }

    private async Task PostRowsAsync(int first, int last, Stopwatch clock, CancellationToken cancellationToken)
    {
        var body = new StringBuilder("{\"payload\":[");
        for (int id = first; id <= last; id++)
        {
            if (id > first) body.Append(',');
            body.Append(
                CultureInfo.InvariantCulture,
                $"{{\"after\":{{\"amount\":{id % 1000}.25,\"at\":\"2026-01-01T00:00:01Z\",\"id\":{id},\"kind\":\"kind "
                    + $"{id % 7}\",\"note\":\"{new string('n', 120)}\"}},\"key\":[{id}],"
                    + $"\"topic\":\"{tables[id % tables.Count]}\",\"updated\":\"{TimeOf(id)}\"}}");
        }

        body.Append(CultureInfo.InvariantCulture, $"],\"length\":{last - first + 1}}}");
        TimeSpan sent = clock.Elapsed;
        await PostAsync(body.ToString(), cancellationToken);
        TimeSpan accepted = clock.Elapsed;
        lock (_gate)
        {
            for (int id = first; id <= last; id++) Rows[id] = (sent, accepted);
        }
    }

    private async Task PostResolvedAsync(int through, Stopwatch clock, CancellationToken cancellationToken)
    {
        Resolved.Add((through, clock.Elapsed));
        await PostAsync($"{{\"resolved\":\"{TimeOf(through)}\"}}", cancellationToken);
    }

    private async Task PostAsync(string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync(webhook, content, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"the sink answered {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    private HlcTimestamp TimeOf(int id) => new(_start + (id * 1_000L), 0);
}
