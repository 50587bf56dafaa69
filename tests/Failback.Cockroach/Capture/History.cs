using Failback.Contracts;

namespace Failback.Cockroach.Capture;

/// <summary>
/// Committed changes of one database in commit order. This is the one place that gives commit times: each is after all given before and
/// after every time
/// that has been closed, so that what was said to be complete stays complete.
/// </summary>
internal sealed class History
{
    private readonly Lock _gate = new();
    private readonly List<Change> _changes = [];
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HlcTimestamp _last;
    private HlcTimestamp _closed;

    /// <summary>Ends when something was committed or closed.</summary>
    public Task Moved
    {
        get
        {
            lock (_gate) return _moved.Task;
        }
    }

    /// <summary>Adds the changes of one transaction.</summary>
    public void Commit(IEnumerable<Change> changes, HlcTimestamp time)
    {
        lock (_gate)
        {
            HlcTimestamp floor = _last > _closed ? _last : _closed;
            HlcTimestamp updated = time > floor ? time : new HlcTimestamp(floor.Wall, floor.Logical + 1);
            _changes.AddRange(changes.Select(change => change with { Updated = updated }));
            _last = updated;
        }

        Signal();
    }

    /// <summary>Says that nothing more is committed at or before a time.</summary>
    public void Close(HlcTimestamp time)
    {
        lock (_gate)
        {
            if (time <= _closed) return;
            _closed = time;
        }

        Signal();
    }

    /// <summary>Position of the first change after a time.</summary>
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

    /// <summary>Changes from a position on, and the time up to which there will be no others once these are through.</summary>
    public (Change[] Changes, HlcTimestamp Closed) Read(int position, int most)
    {
        lock (_gate)
        {
            int count = Math.Min(most, _changes.Count - position);
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

        moved.SetResult();
    }
}
