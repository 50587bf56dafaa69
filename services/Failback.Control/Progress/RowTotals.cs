namespace Failback.Control.Progress;

/// <summary>Rows over all tables; received = applied + superseded + filtered + deadLettered + inFlight.</summary>
internal sealed record RowTotals(long Received, long Applied, long Superseded, long Filtered, long DeadLettered, long InFlight);
