using Failback.Contracts.Control;
using Failback.Sink.Counters;
using Failback.Sink.Reading;
using Failback.Sink.Scripts;

namespace Failback.Sink.Feeds;

/// <summary>One failback as the webhook serves it.</summary>
internal sealed record Feed(FailbackSpec Spec, TopicRouter Router, FeedCounters Counters)
{
    /// <summary>Decides about the rows before they are published; null: nobody does.</summary>
    public ScriptRouter? Script { get; init; }

    /// <summary>
    /// How a body is read: with a script, rows of tables that the failback does not have are the script's business first.
    /// </summary>
    public FailbackSpec ReadAs { get; } = Spec.Script is null ? Spec : Spec with { OnUnknownTable = UnknownTablePolicy.DeadLetter };
}
