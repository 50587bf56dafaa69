using System.Collections.Concurrent;
using System.Net;
using Failback.Contracts;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>
/// Sends as a changefeed does: several requests at a time, no two with the same key, each repeated until it is answered 200.
/// </summary>
internal sealed class FeedSender(string path, string[] tables, int textBytes = 200)
{
    private readonly ConcurrentDictionary<(string Table, string Key), List<HlcTimestamp>> _accepted = new();
    private long _wall = 1_760_000_000_000_000_000;

    public int Refusals;

    public int Accepted;

    /// <summary>The sink now; a test replaces it when it restarts the process.</summary>
    public volatile SinkProcess? Sink;

    public async Task RunAsync(int workers, Func<bool> goOn)
    {
        await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => WorkAsync(worker, goOn)));
    }

    /// <summary>Every accepted row is there, and versions of a key came first in their order.</summary>
    public void Verify(string table, QueueContents contents)
    {
        Dictionary<string, List<HlcTimestamp>> found = [];
        foreach (QueuedRow row in contents.Rows)
        {
            if (!found.TryGetValue(row.Key, out List<HlcTimestamp>? versions)) found[row.Key] = versions = [];
            if (!versions.Contains(row.Updated)) versions.Add(row.Updated);
        }

        foreach (((string _, string key), List<HlcTimestamp> versions) in _accepted.Where(entry => entry.Key.Table == table))
        {
            Assert.True(found.TryGetValue(key, out List<HlcTimestamp>? queued), $"no row of key {key} in the queue of {table}");
            Assert.Equal(versions, queued.Take(versions.Count));
        }
    }

    private async Task WorkAsync(int worker, Func<bool> goOn)
    {
        for (int turn = 0; goOn(); turn++)
        {
            List<(string Table, string Key, HlcTimestamp Version)> rows = [];
            foreach (string table in tables)
            {
                for (int i = 0; i < 5; i++) rows.Add(
                    (table, $"[{worker}, {(turn + i) % 7}]", new HlcTimestamp(Interlocked.Increment(ref _wall), 0)));
            }

            string body = Batch(rows, textBytes);
            while (!await TrySendAsync(body)) await Task.Delay(50);
            foreach ((string table, string key, HlcTimestamp version) in rows) _accepted.GetOrAdd((table, key), _ => []).Add(version);
            Interlocked.Increment(ref Accepted);
        }
    }

    private async Task<bool> TrySendAsync(string body)
    {
        try
        {
            if (await Sink!.PostAsync(path, body) == HttpStatusCode.OK) return true;
        }
        catch (Exception e) when (BrokenCall.IsWithoutResult(e) || e is ObjectDisposedException)
        {
            // The sink was killed or is not up again yet.
        }

        Interlocked.Increment(ref Refusals);
        return false;
    }

    public static string Batch(IReadOnlyCollection<(string Table, string Key, HlcTimestamp Version)> rows, int textBytes = 200) =>
        $$"""{"payload":[{{string.Join(',', rows.Select(row => $$"""{"after": {"text": "{{new string('x', textBytes)}}"}, "key": {{row.Key}}, "topic": "{{row.Table}}", "updated": "{{row.Version}}"}"""))}}],"length":{{rows.Count}}}""";
}
