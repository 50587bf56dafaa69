namespace Failback.Contracts.Api;

/// <summary>A row that an operator gave up: the target differs from the source in it until the row changes again.</summary>
/// <param name="Letter">Its letter.</param>
/// <param name="Table">Table of the target.</param>
/// <param name="Key">JSON array of the source's key.</param>
/// <param name="Updated">Version given up; HLC text.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
public sealed record Waiver(long Letter, string Table, string Key, string Updated, string Reason, string By, DateTimeOffset At);
