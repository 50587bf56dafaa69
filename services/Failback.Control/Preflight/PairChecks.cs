using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Definitions;
using Failback.Control.Registry;
using Failback.Source;

namespace Failback.Control.Preflight;

/// <summary>Pairs the tables of both sides one by one, so that one which has no counterpart does not hide the others.</summary>
internal sealed class PairChecks(
    FailbackRecord failback, IReadOnlyList<SourceTable> source, IReadOnlyList<TargetTableSummary> target,
        ILookup<TableName, SourceColumn> columns)
{
    private readonly TargetDdl _ddl = new(failback.Dialect);

    /// <summary>The pairs, and what is wrong with the others.</summary>
    public IReadOnlyList<TableRoute> Pair(List<Check> checks)
    {
        try
        {
            return SourceSelection.Choose(failback, source, target);
        }
        catch (ApiException all)
        {
            IReadOnlyList<TableMapping> mappings = SourceSelection.Mappings(failback, source, target);
            int before = checks.Count;
            TableRoute[] routes = [.. mappings.SelectMany(mapping => One(mapping, checks))];
            // Each alone is well: it is about them together.
            if (checks.Count == before) checks.Add(new Check(all.Code, Severity.Error, "control", null, all.Message, all.Remedy));
            return routes;
        }
    }

    /// <summary>What the keys of both sides mean for each other, and tables of the target that nothing is sent for.</summary>
    public IEnumerable<Check> Compare(IReadOnlyList<TableRoute> routes)
    {
        foreach (TableRoute route in routes)
        {
            if (target.FirstOrDefault(table => new TableName(table.Schema, table.Table).ToString() == route.Target) is not { } summary)
                continue;
            string[] there = [.. summary.PrimaryKey];
            string[] hidden = [.. route.SourceKey.Where(SourceColumns.IsHidden)];
            string[] here = [
                .. route.SourceKey.Except(hidden, StringComparer.Ordinal)
                    .Select(column => route.Columns.FirstOrDefault(rule => rule.Column == column)?.Rename ?? column)];
            string name = SqlText.Name(route.Source);
            if (route.SourceKey is ["rowid"])
                yield return new Check(
                    "no_key_at_source", Severity.Error, "source", route.Source,
                    "the table has no primary key at the source: deletes name its hidden rowid only",
                    $"ALTER TABLE {name} ALTER PRIMARY KEY USING COLUMNS ({string.Join(", ", there.Select(Spelt))});");
            else if (hidden.Length > 0)
                yield return new Check(
                    "hidden_key_columns", Severity.Info, "source", route.Source,
                    $"the key has the hidden columns {string.Join(", ", hidden)}, which the target need not have", null);
            if (here.Length == 0 || Same(here, there)) continue;
            string keys = $"the primary keys differ: ({string.Join(", ", here)}) at the source, ({string.Join(", ", there)}) in the target";
            yield return here.Except(there, StringComparer.OrdinalIgnoreCase).Any()
                ? new Check(
                    "key_narrower", Severity.Warning, "target", route.Target,
                    $"{keys}: rows that the source tells apart may be one row in the target", _ddl.ChangePrimaryKey(route.Target, here))
                : new Check(
                    "key_wider", failback.Definition.Shown.Changefeed.Managed
                    ? Severity.Info
                    : Severity.Warning, "target", route.Target, $"{keys}: deletes are found by the former row, which the option diff sends",
                    _ddl.ChangePrimaryKey(route.Target, here));
        }

        foreach (TargetTableSummary table in Unfed(routes))
            yield return new Check(
                "table_not_at_source", Severity.Info, "target", new TableName(table.Schema, table.Table).ToString(),
                "the filters match it and the source has no such table: it stays as it is", null);
    }

    private IReadOnlyList<TableRoute> One(TableMapping mapping, List<Check> checks)
    {
        try
        {
            return TableSelection.Choose(SourceSelection.With(failback, [mapping]), target);
        }
        catch (ApiException e)
        {
            TableName name = TableName.Parse(mapping.Source);
            string table = mapping.Target ?? mapping.Source;
            string[] key = [.. mapping.Key.Where(column => !SourceColumns.IsHidden(column))];
            string fix = e.Code switch
            {
                "unknown_table" when key.Length > 0 => _ddl.CreateTable(table, [.. columns[new TableName(name.Schema, name.Table)]], key),
                "no_primary_key" when key.Length > 0 => _ddl.AddPrimaryKey(table, key),
                _ => e.Remedy,
            };
            checks.Add(new Check(e.Code, Severity.Error, "target", table, e.Message, fix));
            return [];
        }
    }

    private IEnumerable<TargetTableSummary> Unfed(IReadOnlyList<TableRoute> routes)
    {
        FailbackDefinition definition = failback.Definition.Shown;
        if (definition.TableFilter is not { Length: > 0 } && definition.SchemaFilter is not { Length: > 0 }) return [];
        NameFilter? schemas = failback.Dialect == "mysql" ? null : Filter(definition.SchemaFilter);
        NameFilter? tables = Filter(definition.TableFilter);
        NameFilter? without = Filter(definition.TableExclusionFilter);
        HashSet<string> fed = [.. routes.Select(route => route.Target)];
        return target.Where(
            table => schemas?.Matches(table.Schema) != false && tables?.Matches(table.Table) != false
            && without?.Matches(table.Table) != true && !fed.Contains(new TableName(table.Schema, table.Table).ToString()));
    }

    // A name of the target's key as the source spells it.
    private string Spelt(string column) =>
        SqlText.Name(
            "\"" + (failback.Dialect == "oracle" ? column.ToLowerInvariant() : column).Replace("\"", "\"\"", StringComparison.Ordinal)
            + "\"");

    private static bool Same(string[] here, string[] there) =>
        here.Length == there.Length && !here.Except(there, StringComparer.OrdinalIgnoreCase).Any();

    private static NameFilter? Filter(string? pattern) => string.IsNullOrEmpty(pattern) ? null : NameFilter.TryCreate(pattern, out _);
}
