namespace Failback.Contracts.Control;

/// <summary>Which moments a column of a target holds, where it is less than the source has.</summary>
/// <param name="Earliest">First one, as CockroachDB reads it; null: no limit.</param>
/// <param name="Latest">Last one; null: no limit.</param>
/// <param name="Unit">What it counts in, as <c>date_trunc</c> calls it: <c>day</c>, <c>second</c>, <c>millisecond</c>; null: finer.</param>
public sealed record MomentLimits(string? Earliest, string? Latest, string? Unit);
