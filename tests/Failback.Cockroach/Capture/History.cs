using Failback.Contracts;

namespace Failback.Cockroach.Capture;

/// <summary>
/// The committed changes of one database in commit order. It alone assigns commit times: each is later than all earlier ones and
/// than every closed time, so that a time that was declared complete stays complete.
/// </summary>
internal sealed class History
{
    private readonly Lock _gate = new();
    private readonly List<Change> _changes = [];
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HlcTimestamp _last;
    private HlcTimestamp _closed;

    /// <summary>Completes at the next commit or close.</summary>
    public Task Moved
    {
        get
        {
            lock (_gate) return _moved.Task;
        }
    }

    /// <summary>Adds the changes of one transaction, all with the same commit time.</summary>
    public void Commit(IEnumerable<Change> changes, HlcTimestamp time)
    {
        lock (_gate)
        {
            HlcTimestamp floor = _last > _closed ? _last : _closed;
            // The clock of PostgreSQL may repeat or go back; a commit time of a changefeed may not.
            HlcTimestamp updated = time > floor ? time : new HlcTimestamp(floor.Wall, floor.Logical + 1);
            _changes.AddRange(changes.Select(change => change with { Updated = updated }));
            _last = updated;
        }

        Signal();
    }

    /// <summary>Declares that no more changes are committed at or before a time.</summary>
    public void Close(HlcTimestamp time)
    {
        lock (_gate)
        {
            if (time <= _closed) return;
            _closed = time;
        }

        Signal();
    }

    /// <summary>Returns the position of the first change after a time.</summary>
    public int PositionAfter(HlcTimestamp time)
    {
        lock (_gate)
        {
            int low = 0;
            int high = _changes.Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (_changes[middle].Updated > time) high = middle;
                else low = middle + 1;
            }

            return low;
        }
    }

    /// <summary>Returns changes from a position on, and the time up to which they are complete.</summary>
    public (Change[] Changes, HlcTimestamp Closed) Read(int position, int most)
    {
        lock (_gate)
        {
            int count = Math.Min(most, _changes.Count - position);
            // With changes left over, the time ends just before the first of them.
            HlcTimestamp closed = position + count < _changes.Count && _changes[position + count].Updated <= _closed
                ? _changes[position + count].Updated.Previous
                : _closed;
            return ([.. _changes.GetRange(position, count)], closed);
        }
    }

    private void Signal()
    {
        TaskCompletionSource moved;
        lock (_gate)
        {
            moved = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        // Outside the lock: continuations must not run under it.
        moved.SetResult();
    }
}
