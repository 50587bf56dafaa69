using Failback.Contracts;
using Failback.Contracts.Rows;

namespace Failback.Scripting.Batches;

/// <summary>Rows of one table on their way through a script.</summary>
/// <param name="Source">Table at the source.</param>
/// <param name="Target">Table in the target that the rows would go to without a script.</param>
/// <param name="Key">Names of the parts of the key; shorter than the key where they are not known.</param>
/// <param name="Rows">As received.</param>
public sealed record ScriptBatch(TableName Source, TableName Target, IReadOnlyList<string> Key, IReadOnlyList<RowFrame> Rows)
{
    /// <summary>Columns of the target, those of the primary key first; empty where nobody can ask for them.</summary>
    public IReadOnlyList<ScriptColumn> Columns { get; init; } = [];
}
