using System.Collections.Concurrent;
using Failback.Contracts.Control;
using Failback.Control.Registry;

namespace Failback.Control.Progress;

/// <summary>
/// The last report of every table and every sink, in memory. A report of an earlier epoch than one seen is stale and dropped. Epoch 0 comes
/// from an applier that could not take the tables over: it knows no counts, only what is wrong, and that is added to what was known.
/// </summary>
internal sealed class ProgressBoard(TimeProvider time)
{
    private static readonly TimeSpan StaleFor = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Failback, string Table), TableReport> _tables = new();
    private readonly ConcurrentDictionary<(string Failback, string Replica), (DateTimeOffset At, SinkProgress Progress)> _sinks = new();
    private readonly ConcurrentDictionary<(string Failback, string Table), bool> _unsaved = new();

    private IReadOnlyDictionary<string, string> _lives = new Dictionary<string, string>(StringComparer.Ordinal);

    public void Take(ApplierProgress report)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (TableProgress table in report.Tables)
        {
            (string, string) key = (report.Failback, table.Table);
            var fresh = new TableReport(
                table.Epoch > 0 ? table.Epoch : report.Epoch, report.Replica, report.Activity, now, table)
            { Life = report.Life };
            TableReport kept = _tables.AddOrUpdate(key, fresh, (_, known) => Newer(known, fresh));
            if (kept.At == now) _unsaved[key] = true;
        }
    }

    public void Take(SinkProgress report) => _sinks[(report.Failback, report.Replica)] = (time.GetUtcNow(), report);

    public void Restore(IEnumerable<(string Failback, TableReport Report)> reports)
    {
        foreach ((string failback, TableReport report) in reports) _tables.TryAdd((failback, report.Progress.Table), report);
    }

    /// <summary>The report about a route; appliers name a table as in the target or as at the source.</summary>
    public TableReport? Find(FailbackRecord failback, TableRoute route) =>
        Of(failback, route.Target) ?? Of(failback, route.Source);

    /// <summary>The reports of the sinks.</summary>
    public IReadOnlyList<(DateTimeOffset At, SinkProgress Progress)> Sinks(FailbackRecord failback) =>
        [.. _sinks.Where(sink => sink.Key.Failback == failback.Name && IsOf(failback, sink.Value.Progress.Life))
            .Select(sink => sink.Value)];

    /// <summary>Reports that came in since the last call.</summary>
    public IReadOnlyList<(string Failback, TableReport Report)> TakeUnsaved()
    {
        var reports = new List<(string, TableReport)>();
        foreach ((string Failback, string Table) key in _unsaved.Keys)
        {
            if (_unsaved.TryRemove(key, out _) && _tables.TryGetValue(key, out TableReport? report)) reports.Add((key.Failback, report));
        }

        return reports;
    }

    /// <summary>Forgets what was deleted or set up anew, also through another control.</summary>
    /// <param name="failbacks">Every failback with what tells its present life from an earlier one.</param>
    public void Keep(IEnumerable<(string Name, string Life)> failbacks)
    {
        var now = failbacks.ToDictionary(failback => failback.Name, failback => failback.Life, StringComparer.Ordinal);
        foreach (string gone in _lives.Where(known => now.GetValueOrDefault(known.Key) != known.Value).Select(known => known.Key))
            Forget(gone);
        foreach (string unknown in _tables.Keys.Select(key => key.Failback).Concat(_sinks.Keys.Select(key => key.Failback))
            .Where(name => !now.ContainsKey(name)).Distinct(StringComparer.Ordinal)) Forget(unknown);
        _lives = now;
    }

    /// <summary>Forgets a failback: deleted, or its counts start anew in another staging schema.</summary>
    public void Forget(string failback)
    {
        foreach ((string Failback, string Table) key in _tables.Keys.Where(key => key.Failback == failback)) _tables.TryRemove(key, out _);
        foreach ((string Failback, string Replica) key in _sinks.Keys.Where(key => key.Failback == failback)) _sinks.TryRemove(key, out _);
    }

    // A report may still be on its way when its failback is gone and another of the same name is there.
    private static bool IsOf(FailbackRecord failback, string life) => life.Length == 0 || life == failback.UnknownTableQueue;

    private TableReport? Of(FailbackRecord failback, string table) =>
        _tables.TryGetValue((failback.Name, table), out TableReport? report) && IsOf(failback, report.Life) ? report : null;

    private static TableReport Newer(TableReport known, TableReport fresh)
    {
        // Epochs of another life of the name count from 1 again; definitions grow over all of them.
        if (known.Life != fresh.Life && known.Life.Length > 0 && fresh.Life.Length > 0)
            return known.Progress.SpecRevision > fresh.Progress.SpecRevision ? known : fresh;
        if (fresh.Epoch == 0)
            return known with
            {
                At = fresh.At,
                Progress = known.Progress with
                {
                    State = fresh.Progress.State,
                    Error = fresh.Progress.Error,
                    Trouble = fresh.Progress.Trouble,
                    SpecRevision = fresh.Progress.SpecRevision,
                }
            };
        // An owner reports every second: one that has been quiet for long holds nobody up, also when a target was set up anew and counts
        // from 1 again.
        return known.Epoch > fresh.Epoch && fresh.At - known.At < StaleFor ? known : fresh;
    }
}
