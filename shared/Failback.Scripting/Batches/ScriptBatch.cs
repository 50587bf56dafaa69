using Failback.Contracts;
using Failback.Contracts.Rows;

namespace Failback.Scripting.Batches;

/// <summary>The rows of one table that go through a script together.</summary>
/// <param name="Source">Table at the source.</param>
/// <param name="Target">Table in the target that the rows would go to without a script.</param>
/// <param name="Key">Names of the parts of the key; shorter than the key where they are not known.</param>
/// <param name="Rows">The rows as received.</param>
public sealed record ScriptBatch(TableName Source, TableName Target, IReadOnlyList<string> Key, IReadOnlyList<RowFrame> Rows)
{
    /// <summary>Columns of the target, those of the primary key first; empty in the sink, which does not know the target.</summary>
    public IReadOnlyList<ScriptColumn> Columns { get; init; } = [];
}
