using Failback.Contracts.Control;
using Failback.Sink.Counters;
using Failback.Sink.Reading;
using Failback.Sink.Scripts;

namespace Failback.Sink.Feeds;

/// <summary>One failback as the webhook serves it: definition, routes of its tables, counters, userscript.</summary>
internal sealed record Feed(FailbackSpec Spec, TopicRouter Router, FeedCounters Counters)
{
    /// <summary>The userscript that routes the rows before they are published; null when the failback has none.</summary>
    public ScriptRouter? Script { get; init; }

    /// <summary>
    /// The definition that a body is read with. With a userscript, rows of unknown tables are read too, because the script may
    /// route them.
    /// </summary>
    public FailbackSpec ReadAs { get; } = Spec.Script is null ? Spec : Spec with { OnUnknownTable = UnknownTablePolicy.DeadLetter };
}
