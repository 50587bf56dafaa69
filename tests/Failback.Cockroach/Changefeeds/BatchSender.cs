using Failback.Contracts;

namespace Failback.Cockroach.Changefeeds;

/// <summary>
/// Collects rows into batches and sends several at once. A batch waits while another one with one of its keys is unanswered, so
/// that rows of one key stay in order. It knows the time up to which everything was delivered.
/// </summary>
internal sealed class BatchSender(WebhookSink sink, int workers, TimeProvider time, CancellationToken cancellationToken)
{
    private readonly List<(Task Work, HashSet<string> Keys, HlcTimestamp First)> _underWay = [];
    private readonly List<string> _messages = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private HlcTimestamp _first;
    private long _since;
    private int _bytes;

    /// <summary>Time that the collected rows may still wait; null when there are none.</summary>
    public TimeSpan? UntilFlush
    {
        get
        {
            if (_messages.Count == 0) return null;
            TimeSpan rest = sink.Config.Frequency - time.GetElapsedTime(_since);
            return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        }
    }

    public async Task AddAsync(string message, string key, HlcTimestamp updated)
    {
        if (_messages.Count == 0)
        {
            _first = updated;
            _since = time.GetTimestamp();
        }

        _messages.Add(message);
        _keys.Add(key);
        _bytes += message.Length;
        if (sink.Config.IsFull(_messages.Count, _bytes)) await FlushAsync();
    }

    public async Task FlushAsync()
    {
        if (_messages.Count == 0) return;
        string body = "{\"payload\":[" + string.Join(',', _messages) + "],\"length\":"
            + _messages.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) + "}";
        HashSet<string> keys = [.. _keys];
        while (_underWay.Count >= workers || _underWay.Exists(batch => batch.Keys.Overlaps(keys))) await AnyAsync();
        _underWay.Add((sink.SendAsync(body, cancellationToken), keys, _first));
        _messages.Clear();
        _keys.Clear();
        _bytes = 0;
    }

    /// <summary>
    /// Returns the time up to which everything was accepted, when all changes up to <paramref name="read"/> have been added.
    /// </summary>
    /// <exception cref="SinkException">A batch was not accepted.</exception>
    public async Task<HlcTimestamp> DeliveredAsync(HlcTimestamp read)
    {
        foreach ((Task work, _, _) in _underWay.Where(batch => batch.Work.IsCompleted)) await work;
        _underWay.RemoveAll(batch => batch.Work.IsCompletedSuccessfully);
        HlcTimestamp least = read;
        // Rows that still wait for their batch are not delivered either.
        if (_messages.Count > 0 && _first.Previous < least) least = _first.Previous;
        foreach ((_, _, HlcTimestamp first) in _underWay)
        {
            if (first.Previous < least) least = first.Previous;
        }

        return least;
    }

    /// <summary>Completes when one batch under way is answered; never, while there is none.</summary>
    public Task WhenAnyAsync() =>
        _underWay.Count == 0
        ? Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken)
        : Task.WhenAny(_underWay.Select(batch => batch.Work));

    /// <summary>Waits for all answers, successful or not.</summary>
    public Task EndAsync() =>
        Task.WhenAll(_underWay.Select(batch => batch.Work))
        .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private async Task AnyAsync()
    {
        Task first = await Task.WhenAny(_underWay.Select(batch => batch.Work));
        await first;
        _underWay.RemoveAll(batch => batch.Work == first);
    }
}
