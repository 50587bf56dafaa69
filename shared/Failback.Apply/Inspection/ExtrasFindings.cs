using Failback.Contracts.Words;
using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;

namespace Failback.Apply.Inspection;

/// <summary>Whether the tables have the column for what they lack, where <c>onUnknownColumn</c> names one.</summary>
internal static class ExtrasFindings
{
    /// <summary>One finding at most per table; none where no column is named.</summary>
    /// <param name="tables">Tables of the failback.</param>
    /// <param name="extras">Name of the column, or null.</param>
    /// <param name="advice">Writes the statement that adds it.</param>
    public static IEnumerable<Finding> Of(IReadOnlyList<TargetTable> tables, string? extras, ITargetAdvice advice)
    {
        if (extras is null) yield break;
        foreach (TargetTable table in tables)
        {
            string name = table.Name.ToString();
            if (table.FindColumn(extras) < 0)
                yield return new Finding(
                    PreflightCodes.ExtrasColumnMissing, Severity.Warning, name,
                    $"lacks column {extras}: its group halts as soon as the changefeed has a column that the table lacks",
                    advice.AddColumn(table, FeedColumn.Of(extras, FeedKind.Document)));
            else if (ExtrasDocument.Problem(table, [], extras) is { } problem)
                yield return new Finding(PreflightCodes.ExtrasColumnType, Severity.Error, name, problem, null);
        }
    }
}
