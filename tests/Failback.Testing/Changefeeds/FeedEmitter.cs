using Failback.Contracts;

namespace Failback.Testing.Changefeeds;

/// <summary>
/// Emits a history as a CockroachDB changefeed would post it: several senders, each key in commit order the first time, rows of
/// other keys in any order, transactions split, retries with other boundaries, restarts from a resolved timestamp with another
/// interleaving, late requests of an ended incarnation, resolved timestamps that repeat and go back. A resolved message is sent
/// only when everything up to it was delivered.
/// </summary>
public sealed class FeedEmitter
{
    private const int Reach = 10;
    private const int MaxRestarts = 8;
    private readonly ModelHistory _history;
    private readonly Random _random;
    private readonly FeedOptions _options;
    private readonly List<ModelChange> _events;
    private readonly List<ModelChange>[] _pending;
    private readonly List<FeedRequest> _requests = [];
    private readonly List<HlcTimestamp> _resolved = [];
    private readonly List<(int NotBefore, FeedRequest Request)> _zombies = [];
    private (int Sender, List<ModelChange> Rows) _last = (0, []);
    private int _restarts;

    private FeedEmitter(ModelHistory history, Random random, FeedOptions options)
    {
        _history = history;
        _random = random;
        _options = options;
        _events = [.. options.InitialScan ? FeedRows.Scan(history) : [], .. history.Changes];
        _pending = [.. Enumerable.Range(0, options.Senders).Select(_ => new List<ModelChange>())];
    }

    /// <summary>Returns all requests in the order of arrival; the last one resolves the whole history.</summary>
    public static IReadOnlyList<FeedRequest> Emit(ModelHistory history, Random random, FeedOptions options) =>
        new FeedEmitter(history, random, options).Run();

    private List<FeedRequest> Run()
    {
        Deal(HlcTimestamp.Zero);
        while (_pending.Any(p => p.Count > 0))
        {
            if (_restarts < MaxRestarts && Chance(_options.Restart)) Restart();
            else if (Chance(_options.Resolved)) Resolve();
            else if (Chance(_options.Retry) && _last.Rows.Count > 0) Repeat();
            else SendRows();
            ReleaseZombies();
        }

        foreach ((_, FeedRequest request) in _zombies) _requests.Add(request);
        _requests.Add(new FeedRequest([], _history.EndTime));
        return _requests;
    }

    /// <summary>Assigns every event after a timestamp to the sender of its key; the assignment changes each time.</summary>
    private void Deal(HlcTimestamp after)
    {
        int salt = _random.Next();
        foreach (List<ModelChange> pending in _pending) pending.Clear();
        foreach (ModelChange change in _events)
        {
            if (change.Updated > after) _pending[(int)((StableHash.Of(change.Identity) + (uint)salt) % (uint)_pending.Length)].Add(change);
        }

        _last = (0, []);
    }

    private void SendRows()
    {
        int sender = Enumerable.Range(0, _pending.Length).Where(i => _pending[i].Count > 0).OrderBy(_ => _random.Next()).First();
        List<ModelChange> rows = [];
        int wanted = _random.Next(1, _options.MaxBatch + 1);
        while (rows.Count < wanted && _pending[sender].Count > 0) rows.Add(Take(_pending[sender]));
        _last = (sender, rows);
        Send(rows);
    }

    /// <summary>Takes one of the next events, but never one whose key has an earlier event waiting.</summary>
    private ModelChange Take(List<ModelChange> pending)
    {
        int index = _random.Next(Math.Min(Reach, pending.Count));
        string identity = pending[index].Identity;
        index = pending.FindIndex(p => p.Identity == identity);
        ModelChange taken = pending[index];
        pending.RemoveAt(index);
        return taken;
    }

    private void Repeat()
    {
        _pending[_last.Sender].InsertRange(0, _last.Rows);
        _last = (0, []);
    }

    private void Resolve()
    {
        HlcTimestamp frontier = _pending.SelectMany(p => p).Min(p => p.Updated);
        HlcTimestamp reached = _events.Where(e => e.Updated < frontier).Select(e => e.Updated).DefaultIfEmpty(HlcTimestamp.Zero).Max();
        HlcTimestamp resolved = _random.Next(2) == 0 ? frontier.Previous : reached;
        // CockroachDB never resolves a time before its cursor.
        if (resolved < _history.StartTime) return;
        HlcTimestamp highest = _resolved.DefaultIfEmpty(HlcTimestamp.Zero).Max();
        if (resolved <= highest)
        {
            if (_resolved.Count == 0 || _random.Next(3) > 0) return;
            resolved = highest;
        }

        _resolved.Add(resolved);
        _requests.Add(new FeedRequest([], resolved));
    }

    private void Restart()
    {
        _restarts++;
        if (Chance(_options.Zombie))
            _zombies.AddRange(_requests.TakeLast(_random.Next(1, 4)).Select(r => (_requests.Count + _random.Next(1, 30), r)));
        HlcTimestamp from = _resolved.Count == 0 ? HlcTimestamp.Zero : _resolved[^1];
        if (_resolved.Count > 0 && Chance(_options.Regress))
            from = _resolved[_random.Next(Math.Max(0, _resolved.Count - 4), _resolved.Count)];
        Deal(from);
        if (_resolved.Count > 0 && _random.Next(2) == 0) _requests.Add(new FeedRequest([], from));
    }

    private void ReleaseZombies()
    {
        for (int i = _zombies.Count - 1; i >= 0; i--)
        {
            if (_zombies[i].NotBefore > _requests.Count) continue;
            _requests.Add(_zombies[i].Request);
            _zombies.RemoveAt(i);
        }
    }

    private void Send(List<ModelChange> rows) => _requests.Add(new FeedRequest([.. rows.Select(r => FeedRows.Of(r, _options))], null));

    private bool Chance(int thousandths) => _random.Next(1000) < thousandths;
}
