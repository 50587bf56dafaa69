namespace Failback.Contracts.Api;

/// <summary>What became of the rows of a trial.</summary>
/// <param name="Version">Version that was tried; absent for a candidate.</param>
/// <param name="Rows">In the order of the request.</param>
/// <param name="Routed">Rows that go somewhere.</param>
/// <param name="Dropped">Rows that go nowhere.</param>
/// <param name="Failed">Rows that would become dead letters.</param>
public sealed record ScriptTrialAnswer(long? Version, IReadOnlyList<ScriptTrialRow> Rows, int Routed, int Dropped, int Failed);
