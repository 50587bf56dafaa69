namespace Failback.Control.Status;

/// <summary>From when on silence and lag are said.</summary>
/// <param name="SilentAfter">Time without a word from which a part counts as silent.</param>
/// <param name="FirstResolvedWithin">Time within which a feed must deliver its first resolved timestamp.</param>
/// <param name="LagWarning">Age of the last resolved timestamp, or of the applied one, from which it is reported.</param>
internal sealed record HearingTerms(TimeSpan SilentAfter, TimeSpan FirstResolvedWithin, TimeSpan LagWarning)
{
    /// <summary>How far the target may be behind what has arrived and still count as caught up.</summary>
    public static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    /// <summary>Time for which rows may wait for other rows, or a window for one queue, before it is called a trouble.</summary>
    public static readonly TimeSpan PassingWait = TimeSpan.FromSeconds(10);

    /// <summary>Outage of the broker that passes for a restart of control or broker.</summary>
    public static readonly TimeSpan PassingOutage = TimeSpan.FromSeconds(5);

    /// <summary>Time that an order may take to be acknowledged.</summary>
    public static readonly TimeSpan AcknowledgedWithin = TimeSpan.FromSeconds(5);
}
