using Failback.Contracts.Words;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;

namespace Failback.Apply.Inspection;

/// <summary>What the catalogue alone tells about a table before a start, in any dialect.</summary>
internal static class TableFindings
{
    public static IEnumerable<Finding> Of(IReadOnlyList<TargetTable> tables, ITargetAdvice advice) =>
        [.. tables.SelectMany(Of), .. ForeignKeyLoops.Of(tables, advice.MakeDeferrable)];

    private static IEnumerable<Finding> Of(TargetTable table)
    {
        string name = table.Name.ToString();
        string[] generated = [.. table.Columns.Where(column => column.IsGenerated).Select(column => column.Name)];
        if (generated.Length > 0)
            yield return new Finding(
                PreflightCodes.GeneratedColumns, Severity.Info, name,
                $"{string.Join(", ", generated)}: computed by the target and never written",
                null);
        string[] identity = [.. table.Columns.Where(column => column.IsInsertOnly).Select(column => column.Name)];
        bool isKey = table.Columns.All(column => !column.IsInsertOnly || table.PrimaryKey.Contains(column.Ordinal));
        if (identity.Length > 0)
            yield return new Finding(
                PreflightCodes.IdentityAlways, isKey ? Severity.Info : Severity.Warning, name,
                $"{string.Join(", ", identity)}: written on insert with the source's value; its sequence is not advanced and must be "
                    + $"before the way back{(isKey ? "" : "; no update can change it: a row whose value changes becomes a dead letter")}",
                null);
        // A key that folds stands among the unique indexes too.
        int unique = table.UniqueIndexes.Count(index => !index.Columns.SequenceEqual(table.PrimaryKey));
        if (unique > 0)
            yield return new Finding(
                PreflightCodes.UniqueIndexes, Severity.Info, name,
                $"{unique} unique indexes beside the primary key: rows that swap values are written in an order they "
                    + $"accept", null);
        string[] fixedValues = [
            .. table.UniqueIndexes.Where(index => index.Columns.All(column => table.Columns[column].IsGenerated))
                .Select(index => index.Name)];
        if (fixedValues.Length > 0) yield return UniqueFinding.NotFreed(table.Name, fixedValues);
        if (table.HasSelfReference)
            yield return new Finding(
                PreflightCodes.SelfReference, Severity.Info, name, "references itself: its rows are sorted, parents first", null);
        string[] folding = [.. table.PrimaryKey.Select(ordinal => table.Columns[ordinal]).Where(c => c.Folds).Select(c => c.Name)];
        if (folding.Length > 0)
            yield return new Finding(
                PreflightCodes.FoldingKey, Severity.Warning, name,
                $"{string.Join(", ", folding)}: keys that differ only in case, accents or trailing blanks are several rows at the source "
                    + $"and one here: the second becomes a dead letter; of char, trailing blanks are no part of the value", null);
        if (!table.CanUpsert && unique == table.UniqueIndexes.Count)
            yield return new Finding(
                PreflightCodes.DeferrableKey, Severity.Warning, name,
                "the primary key is deferrable and cannot arbitrate an upsert: rows are updated, then inserted, which is slower", null);
    }
}
