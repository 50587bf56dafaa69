namespace Failback.Apply.Windows;

/// <summary>Where a row comes from that a userscript made.</summary>
/// <param name="Origin">The row as received.</param>
/// <param name="Place">The row of the target, where it has another key than the one received: versions are kept for both; null: it has that
/// key.</param>
internal sealed record ScriptedRow(Mutation Origin, KeyIdentity? Place);
