using System.Data.Common;
using Failback.Contracts.Control;
using Failback.Control.Calls;
using Failback.Control.Journal;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Storage;

namespace Failback.Control.Events;

/// <summary>
/// Every second: forgets the progress of failbacks that are gone, and writes down which troubles began and ended and where rows were set
/// aside. Only the leader writes; what was written last it reads from the
/// events themselves, so that nothing is told twice when the lead moves.
/// </summary>
internal sealed class EventRecorder(
    FailbackStore store, EventStore events, CallStore calls, ProgressBoard board, ResourceView view, Leadership leadership,
        TimeProvider time, ILogger<EventRecorder> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, RecordedState> _recorded = new(StringComparer.Ordinal);
    private DateTimeOffset _pruned;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                FailbackRecord[] all = [.. store.All().Failbacks.Where(failback => failback.State != RunState.Deleted)];
                board.Keep(all.Select(failback => (failback.Name, failback.Generation + failback.StagingSchema)));
                if (leadership.Leads) Look(all);
                else _recorded.Clear();
            }
            catch (DbException e)
            {
                _recorded.Clear();
                ControlLog.StateNotRead(log, e.GetType().Name);
            }
        }
    }

    private void Look(FailbackRecord[] all)
    {
        foreach (string gone in _recorded.Keys.Except(all.Select(failback => failback.Name), StringComparer.Ordinal).ToArray())
            _recorded.Remove(gone);
        foreach (FailbackRecord failback in all)
        {
            if (!_recorded.TryGetValue(failback.Name, out RecordedState? recorded))
                _recorded[failback.Name] = recorded = RecordedState.Of(events.Last(failback.Name, EventStore.Kept));
            events.Append(
                failback.Name,
                recorded.Take(
                    view.Of(failback).Errors, view.Tables(failback).Select(table => (table.Table, table.DeadLettered)), time.GetUtcNow()));
        }

        Prune(all);
    }

    private void Prune(FailbackRecord[] all)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now - _pruned < PruneEvery) return;
        _pruned = now;
        foreach (FailbackRecord failback in all) events.Prune(failback.Name);
        calls.Prune(now - Calls.RepeatableCalls.KeptFor);
    }
}
