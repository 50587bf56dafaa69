using Failback.Contracts;
using Failback.Contracts.Words;

namespace Failback.Apply.Inspection;

/// <summary>
/// Unique values that no row can give up for a moment, because no column alone holds them: an index over an expression, the beginning of a
/// text or generated columns, or an exclusion constraint.
/// </summary>
public static class UniqueFinding
{
    public static Finding NotFreed(TableName table, IReadOnlyCollection<string> indexes) => new(
        PreflightCodes.UniqueNotFreed, Severity.Warning, table.ToString(),
        $"{string.Join(", ", indexes)}: a row cannot give up a value of an expression, a prefix, a generated column or an exclusion for a "
            + $"moment; rows that swap such values in one transaction are deleted and inserted again, and dead letters where other rows "
            + $"reference them, triggers fire, or the feed does not send every column",
        null);
}
