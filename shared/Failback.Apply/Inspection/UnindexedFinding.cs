using Failback.Contracts;
using Failback.Contracts.Words;

namespace Failback.Apply.Inspection;

/// <summary>A foreign key without an index that finds the rows of a parent: every delete of one reads the whole child.</summary>
public static class UnindexedFinding
{
    /// <param name="child">Table with the key, whether it takes part or not.</param>
    /// <param name="key">Constraint.</param>
    /// <param name="parent">Table of the failback.</param>
    /// <param name="fix">Statement that makes the index.</param>
    public static Finding Of(TableName child, string key, TableName parent, string fix) => new(
        PreflightCodes.ForeignKeyUnindexed, Severity.Warning, parent.ToString(),
        $"no index of {child} begins with the columns of its foreign key {key}: a delete of a row here reads all of {child}, and of many "
            + $"rows takes longer than a statement may", fix);
}
