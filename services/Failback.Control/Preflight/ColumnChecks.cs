using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Control.Preflight;

/// <summary>Compares the columns of a pair of tables, both ways. What has a rule of its own is the operator's decision.</summary>
internal sealed class ColumnChecks(UnknownColumnPolicy unknown)
{
    /// <param name="route">The pair.</param>
    /// <param name="source">Columns at the source.</param>
    /// <param name="target">Table in the target with its columns.</param>
    public IEnumerable<Check> Compare(TableRoute route, IReadOnlyList<SourceColumn> source, TargetTableSummary target)
    {
        HashSet<string> ruled = [.. route.Columns.Select(rule => rule.Column)];
        foreach (SourceColumn column in source.Where(column => !ruled.Contains(column.Name)))
        {
            if (Find(target, column.Name) is not { } there)
                yield return Missing(route, column, NamedStatement.About(column.Name, target.AddColumns));
            else if (ZoneDiffers(column, there) is { } message)
                yield return Of(PreflightCodes.TimeZones, Severity.Info, route, message, null);
        }

        if (ruled.Count > 0) yield break;
        foreach (TargetColumnSummary there in target.Columns.Where(
            there => !there.Nullable && !there.Generated && !there.HasDefault
            && !source.Select(column => column.Name).Concat(route.SourceKey).Contains(there.Name, StringComparer.OrdinalIgnoreCase)))
        {
            yield return Of(
                PreflightCodes.SourceColumnMissing, Severity.Error, route,
                $"{there.Name} is NOT NULL in the target, has no default and is not at the source: every new row is refused",
                there.DropNotNull);
        }
    }

    /// <summary>The column of the target that takes a column of the source: the exact name first.</summary>
    public static TargetColumnSummary? Find(TargetTableSummary table, string column) =>
        table.Columns.FirstOrDefault(there => there.Name == column)
        ?? table.Columns.FirstOrDefault(there => string.Equals(there.Name, column, StringComparison.OrdinalIgnoreCase));

    private Check Missing(TableRoute route, SourceColumn column, string? fix) => unknown == UnknownColumnPolicy.Stop
        ? Of(PreflightCodes.TargetColumnMissing, Severity.Error, route,
            $"the target lacks {column.Name}: its table would halt; add it, or set onUnknownColumn to ignore",
            fix)
        : Of(PreflightCodes.TargetColumnMissing, Severity.Info, route,
            $"the target lacks {column.Name}, which is not written to a column of its own",
            fix);

    private static string? ZoneDiffers(SourceColumn column, TargetColumnSummary there)
    {
        if (!column.Type.StartsWith("timestamp", StringComparison.Ordinal)) return null;
        bool zoned = there.TypeName.ToLowerInvariant() is "timestamptz" or "timestamp with time zone" or "timestamp with local time zone";
        return (column.Type == "timestamp with time zone", zoned) switch
        {
            (true, false) => $"{column.Name}: TIMESTAMPTZ at the source, {there.TypeName} in the target: UTC is stored",
            (false, true) => $"{column.Name}: TIMESTAMP at the source, {there.TypeName} in the target: the value is taken as UTC",
            _ => null,
        };
    }

    private static Check Of(string code, Severity severity, TableRoute route, string message, string? fix) =>
        new(code, severity, "target", route.Target, message, fix);
}
