using Failback.Contracts;

namespace Failback.Apply.Staging;

/// <summary>Letters of one table that hold its watermark.</summary>
/// <param name="Table">Target table.</param>
/// <param name="Oldest">Version of the oldest of them.</param>
/// <param name="Waiting">How many wait.</param>
/// <param name="Open">How many are dead letters.</param>
public sealed record OpenLetters(string Table, HlcTimestamp Oldest, long Waiting, long Open);
