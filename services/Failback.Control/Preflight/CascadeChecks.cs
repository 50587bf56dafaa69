using Failback.Contracts;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Source;

namespace Failback.Control.Preflight;

/// <summary>
/// Finds foreign keys of the target that delete or change rows which the source keeps. Where the source has the same key no such row is
/// left
/// when a parent goes: its own rule has changed or deleted it, or has refused the delete.
/// </summary>
internal static class CascadeChecks
{
    /// <param name="routes">The pairs of tables.</param>
    /// <param name="inspected">The target.</param>
    /// <param name="source">Foreign keys of the source.</param>
    public static IEnumerable<Check> Of(
        IReadOnlyList<TableRoute> routes, TargetDescription inspected, IReadOnlyList<SourceForeignKey> source)
    {
        // Two tables that go into one are a finding of their own.
        Dictionary<string, TableRoute> byTarget = routes.DistinctBy(route => route.Target, StringComparer.Ordinal)
            .ToDictionary(route => route.Target, StringComparer.Ordinal);
        foreach (TargetTableSummary table in inspected.Tables)
        {
            string name = new TableName(table.Schema, table.Table).ToString();
            if (!byTarget.TryGetValue(name, out TableRoute? child)) continue;
            foreach (TargetCascade cascade in table.Cascades.Where(cascade => byTarget.ContainsKey(cascade.Parent)))
            {
                if (source.Any(key => Matches(key, child, byTarget[cascade.Parent], cascade))) continue;
                yield return new Check(
                    PreflightCodes.CascadeNotAtSource, Severity.Error, "target", name,
                    $"by foreign key {cascade.Name} a delete in {cascade.Parent} deletes or changes rows here, and the source has no such "
                        + $"key: rows that it keeps would be gone", cascade.Fix);
            }
        }
    }

    private static bool Matches(SourceForeignKey key, TableRoute child, TableRoute parent, TargetCascade cascade) =>
        Is(key.Child, child) && Is(key.Parent, parent)
        && key.Columns.Select(column => child.Columns.FirstOrDefault(rule => rule.Column == column)?.Rename ?? column)
            .ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(cascade.Columns);

    private static bool Is(TableName name, TableRoute route)
    {
        TableName source = TableName.Parse(route.Source);
        return name.Table == source.Table && (source.Schema.Length == 0 || name.Schema == source.Schema);
    }
}
