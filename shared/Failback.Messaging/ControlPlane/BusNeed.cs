namespace Failback.Messaging.ControlPlane;

/// <summary>What a process needs the control plane for.</summary>
/// <param name="Lack">What it cannot do without, for <c>/readyz</c>.</param>
/// <param name="UnreadyAfter">Outage from which it is not ready; null: it goes on with its work and is only degraded.</param>
public sealed record BusNeed(string Lack, TimeSpan? UnreadyAfter);
