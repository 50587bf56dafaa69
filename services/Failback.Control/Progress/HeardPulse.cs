using Failback.Contracts.Control;

namespace Failback.Control.Progress;

/// <summary>The last pulse of a replica.</summary>
/// <param name="At">When it was heard, by this control's clock.</param>
/// <param name="Pulse">What it says.</param>
internal sealed record HeardPulse(DateTimeOffset At, ServicePulse Pulse)
{
    private readonly Dictionary<string, FailbackStanding> _standings = Pulse.Failbacks
        .DistinctBy(standing => standing.Failback, StringComparer.Ordinal)
        .ToDictionary(standing => standing.Failback, StringComparer.Ordinal);

    public bool IsSink => Pulse.Service == "sink";

    public string Replica => Pulse.Replica;

    public bool IsApplierOf(string dialect) => Pulse.Service == "applier-" + dialect;

    /// <summary>Returns how it follows a failback; null: it does not know it.</summary>
    public FailbackStanding? Of(string failback) => _standings.GetValueOrDefault(failback);
}
