namespace Failback.Contracts.Control;

/// <summary>A table of the source, told to an applier so that it can say how its counterpart in the target is mended.</summary>
/// <param name="Target">The counterpart: as the catalogue spells it where it is there, otherwise as it should be called.</param>
/// <param name="Columns">Columns of the source that applications see.</param>
/// <param name="Key">Columns of its primary key by their names in the target, without those that CockroachDB hides.</param>
public sealed record SourceShape(string Target, IReadOnlyList<SourceColumn> Columns, IReadOnlyList<string> Key);
