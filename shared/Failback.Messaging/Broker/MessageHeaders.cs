namespace Failback.Messaging.Broker;

/// <summary>Headers of the messages in a table queue; written by the publisher, checked by the reader.</summary>
public static class MessageHeaders
{
    /// <summary>Format of message and headers (int); see <see cref="CurrentVersion"/>.</summary>
    public const string Version = "fb-version";

    /// <summary>The format this build writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Random id (text) under which one publisher numbers its messages in this queue; a failure starts a new one.</summary>
    public const string Publisher = "fb-publisher";

    /// <summary>1, 2, 3 … without a gap per publisher and queue (long).</summary>
    public const string Sequence = "fb-sequence";

    /// <summary>Rows completed by this message (int); a fragment completes its row only when it is the last.</summary>
    public const string Rows = "fb-rows";

    /// <summary>Rows of this publisher in this queue up to and including this message (long).</summary>
    public const string Total = "fb-total";

    /// <summary>Random id (text) shared by the fragments of one row.</summary>
    public const string FragmentId = "fb-fragment-id";

    /// <summary>Position of the fragment, from 0 (int).</summary>
    public const string FragmentIndex = "fb-fragment-index";

    /// <summary>Number of fragments of the row (int).</summary>
    public const string FragmentCount = "fb-fragment-count";

    /// <summary>Version of the fragmented row, as text.</summary>
    public const string Updated = "fb-updated";

    /// <summary>
    /// Traces of the requests whose rows are in the message, as <c>traceparent</c> values with commas between them (text); absent unless
    /// some are recorded. Readers must not depend on it.
    /// </summary>
    public const string Traces = "fb-traces";

    /// <summary>Topic as received (text); only in the queue of rows whose table is unknown.</summary>
    public const string Topic = "fb-topic";
}
