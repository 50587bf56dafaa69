namespace Failback.Messaging.Broker;

/// <summary>Values of the AMQP property <c>type</c>: what the body of a table queue's message is.</summary>
public static class MessageTypes
{
    /// <summary>Row frames end to end, <see cref="CutBytes"/> at most.</summary>
    public const string Rows = "rows";

    /// <summary>A slice of one row frame that is bigger than <see cref="CutBytes"/>.</summary>
    public const string Fragment = "fragment";

    /// <summary>A resolved timestamp of the changefeed; the body is its text.</summary>
    public const string Resolved = "resolved";

    /// <summary>
    /// A message of rows is cut here, in bytes; a single frame beyond it travels as fragments. With what goes around it, it just fits into
    /// the half megabyte that buffers come in.
    /// </summary>
    public const int CutBytes = 500 * 1024;

    /// <summary>
    /// A frame becomes at most so many fragments, so that the prefetch window of a reader always holds a whole row.
    /// </summary>
    public const int MaxFragments = 64;
}
