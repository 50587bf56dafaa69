namespace Failback.Messaging.Broker;

/// <summary>Values of the AMQP property <c>type</c>: the kind of body that a table queue's message has.</summary>
public static class MessageTypes
{
    /// <summary>Row frames end to end, <see cref="CutBytes"/> at most.</summary>
    public const string Rows = "rows";

    /// <summary>A slice of one row frame that is bigger than <see cref="CutBytes"/>.</summary>
    public const string Fragment = "fragment";

    /// <summary>A resolved timestamp of the changefeed; the body is its text.</summary>
    public const string Resolved = "resolved";

    /// <summary>
    /// Size in bytes at which a message of rows is cut; a single larger frame travels as fragments. Together with headers and
    /// framing it just fits into a buffer of half a megabyte.
    /// </summary>
    public const int CutBytes = 500 * 1024;

    /// <summary>Most fragments of one frame. The prefetch window of a reader therefore always holds a whole row.</summary>
    public const int MaxFragments = 64;
}
