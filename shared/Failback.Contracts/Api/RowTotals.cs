namespace Failback.Contracts.Api;

/// <summary>Rows over all tables; received = applied + superseded + filtered + deadLettered + inFlight.</summary>
public sealed record RowTotals(long Received, long Applied, long Superseded, long Filtered, long DeadLettered, long InFlight);
