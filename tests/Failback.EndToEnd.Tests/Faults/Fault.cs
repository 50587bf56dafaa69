namespace Failback.EndToEnd.Tests.Faults;

/// <summary>One fault of a schedule.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="After">Quiet time before it, in its lane.</param>
/// <param name="Lasts">How long it stays wrong.</param>
/// <param name="Victim">Which of several processes.</param>
public sealed record Fault(FaultKind Kind, TimeSpan After, TimeSpan Lasts, int Victim)
{
    public override string ToString() =>
        FormattableString.Invariant($"+{After.TotalSeconds:0.0} s {Kind}[{Victim}] for {Lasts.TotalSeconds:0.0} s");
}
