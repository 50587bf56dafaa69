using System.Data.Common;
using Failback.Control.Journal;
using Failback.Control.Settings;
using Failback.Control.Status;
using Failback.Control.Storage;

namespace Failback.Control.Events;

/// <summary>
/// Writes down, from one snapshot of the board to the next, which troubles began and ended and where rows were set aside. Only the
/// leader writes; what was written last it reads from the events themselves, so that nothing is told twice when the lead moves.
/// </summary>
internal sealed class EventRecorder(
    StatusBoard board, EventStore events, Leadership leadership, TimeProvider time, ILogger<EventRecorder> log) : BackgroundService
{
    private readonly Dictionary<string, RecordedState> _recorded = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        StatusSnapshot snapshot = StatusSnapshot.None;
        while (!stoppingToken.IsCancellationRequested)
        {
            snapshot = await board.AfterAsync(snapshot, stoppingToken);
            try
            {
                // From a snapshot that may be out of date no event is made.
                if (board.IsFresh(snapshot) && leadership.Leads) Look(snapshot);
                else _recorded.Clear();
            }
            catch (DbException e)
            {
                _recorded.Clear();
                ControlLog.StateNotRead(log, e.GetType().Name);
            }
        }
    }

    private void Look(StatusSnapshot snapshot)
    {
        foreach (string gone in _recorded.Keys.Where(name => snapshot.Find(name) is null).ToArray()) _recorded.Remove(gone);
        foreach (FailbackStatus status in snapshot.Failbacks)
        {
            string name = status.Failback.Name;
            if (!_recorded.TryGetValue(name, out RecordedState? recorded))
                _recorded[name] = recorded = RecordedState.Of(events.Last(name, EventStore.Kept));
            events.Append(
                name,
                recorded.Take(
                    status.Troubles, status.Tables.Select(table => (table.Route.Target, table.Progress.DeadLettered)), time.GetUtcNow()));
        }
    }
}
