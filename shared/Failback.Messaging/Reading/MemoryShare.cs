namespace Failback.Messaging.Reading;

/// <summary>
/// What the reader of one group holds of the process's budget: messages from their arrival until their rows are done with.
/// </summary>
public sealed class MemoryShare : IDisposable
{
    private const int Overhead = 200;

    /// <summary>A row's place in a message, in its window and among the newest versions, with the slack of growing lists.</summary>
    private const int OverheadPerRow = 160;

    private const long LongestReadAhead = 16L << 20;

    /// <summary>More than one message, and little beside a share: bytes between the socket and the client library's callback.</summary>
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

    /// <summary>Bytes that make a transaction large, and are worth reading ahead of it.</summary>
    public long ReadAhead => Math.Min(LongestReadAhead, Limit / 4);

    /// <summary>Bytes held, with what goes with them.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Nothing more should be held.</summary>
    public bool IsExhausted => Used >= Limit;

    /// <summary>
    /// Enough has been read that nobody has taken. Whoever waits for what is still to come, a marker or the rest of a large row, has
    /// taken everything first. Or the client library, short of processor time, is behind with what it hands over.
    /// </summary>
    internal bool HoldsReading => Volatile.Read(ref _unread) >= ReadAhead || Volatile.Read(ref _arriving) >= MostArriving;

    /// <summary>A buffer for a message of so many rows.</summary>
    public MessageBuffer Rent(int length, int rows)
    {
        long beside = Overhead + ((long)rows * OverheadPerRow);
        var buffer = new MessageBuffer(_budget.Arrays, length, capacity => Interlocked.Add(ref _used, -(capacity + beside)));
        Interlocked.Add(ref _used, buffer.Capacity + beside);
        return buffer;
    }

    public void Dispose() => _budget.Leave();

    internal void CountUnread(long bytes) => Interlocked.Add(ref _unread, bytes);

    /// <summary>Bytes taken from the socket or, less than zero, handed over with a message: an estimate, so never below nothing.</summary>
    internal void CountArriving(long bytes)
    {
        long was;
        do was = Volatile.Read(ref _arriving);
        while (Interlocked.CompareExchange(ref _arriving, Math.Max(0, was + bytes), was) != was);
    }

    /// <summary>What has not become a message in all this time was none: heartbeats and answers.</summary>
    internal void ForgetArriving() => Volatile.Write(ref _arriving, 0);
}
