using System.Diagnostics.CodeAnalysis;

namespace Failback.Apply.Groups;

/// <summary>Questions to the owner of one group. Repeats of a question are dropped: the asker still waits for the first.</summary>
internal sealed class GroupDesk
{
    private const int Remembered = 256;

    private readonly Lock _gate = new();
    private readonly Queue<GroupQuestion> _waiting = new();
    private readonly HashSet<Guid> _known = [];
    private readonly Queue<Guid> _order = new();
    private bool _closed;

    /// <summary>Takes a question, unless it is known already or the group has changed hands.</summary>
    public bool TryPut(Guid id, GroupQuestion question)
    {
        lock (_gate)
        {
            if (_closed || !_known.Add(id)) return false;
            _order.Enqueue(id);
            if (_order.Count > Remembered) _known.Remove(_order.Dequeue());
            _waiting.Enqueue(question);
            return true;
        }
    }

    public bool TryTake([NotNullWhen(true)] out GroupQuestion? question)
    {
        lock (_gate) return _waiting.TryDequeue(out question);
    }

    /// <summary>Ends the spell of ownership: what waits is left to the next owner.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            while (_waiting.TryDequeue(out GroupQuestion? question)) question.PassOn();
        }
    }
}
