namespace Failback.Messaging.Reading;

/// <summary>
/// The part of the process's budget that the reader of one group holds: messages from their arrival until their rows are settled.
/// </summary>
public sealed class MemoryShare : IDisposable
{
    private const int Overhead = 200;

    /// <summary>
    /// Estimated bytes per row beside the message: its entries in message, window and newest versions, with the slack of growing
    /// lists.
    /// </summary>
    private const int OverheadPerRow = 160;

    private const long LongestReadAhead = 16L << 20;

    /// <summary>
    /// Most bytes between the socket and the client library's callback: more than one message, but little beside a share.
    /// </summary>
    private const long MostArriving = 2L << 20;

    private readonly MemoryBudget _budget;
    private long _used;
    private long _unread;
    private long _arriving;

    public MemoryShare(MemoryBudget budget)
    {
        _budget = budget;
        budget.Join();
    }

    /// <summary>Bytes that may be held.</summary>
    public long Limit => _budget.PerShare;

    /// <summary>Bytes from which a transaction is large; as many are read ahead of it.</summary>
    public long ReadAhead => Math.Min(LongestReadAhead, Limit / 4);

    /// <summary>Bytes held, including the estimated overhead.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>True when no more should be held.</summary>
    public bool IsExhausted => Used >= Limit;

    /// <summary>
    /// True when reading should slow down: enough messages lie unread, or the client library, short of processor time, is behind
    /// with its callbacks. A worker that waits for more (a marker, or the rest of a large row) has taken every message before, so
    /// this never blocks it.
    /// </summary>
    internal bool HoldsReading => Volatile.Read(ref _unread) >= ReadAhead || Volatile.Read(ref _arriving) >= MostArriving;

    /// <summary>
    /// Returns a buffer of <paramref name="length"/> bytes for a message of <paramref name="rows"/> rows, counted as held until it
    /// is disposed.
    /// </summary>
    public MessageBuffer Rent(int length, int rows)
    {
        long beside = Overhead + ((long)rows * OverheadPerRow);
        var buffer = new MessageBuffer(_budget.Arrays, length, capacity => Interlocked.Add(ref _used, -(capacity + beside)));
        Interlocked.Add(ref _used, buffer.Capacity + beside);
        return buffer;
    }

    public void Dispose() => _budget.Leave();

    internal void CountUnread(long bytes) => Interlocked.Add(ref _unread, bytes);

    /// <summary>
    /// Counts bytes taken from the socket (positive) or handed over with a message (negative). An estimate, therefore never below
    /// zero.
    /// </summary>
    internal void CountArriving(long bytes)
    {
        long was;
        do was = Volatile.Read(ref _arriving);
        while (Interlocked.CompareExchange(ref _arriving, Math.Max(0, was + bytes), was) != was);
    }

    /// <summary>Resets the estimate: bytes that have not become a message by now were heartbeats and replies.</summary>
    internal void ForgetArriving() => Volatile.Write(ref _arriving, 0);
}
