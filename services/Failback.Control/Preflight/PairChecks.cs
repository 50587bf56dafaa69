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
    private const string RowId = "rowid";

    private readonly List<(TableMapping Mapping, ApiException Refusal)> _unpaired = [];
    private ApiException? _together;

    /// <summary>The pairs; what is wrong with the others is told by <see cref="Unpaired"/>.</summary>
    public IReadOnlyList<TableRoute> Pair()
    {
        try
        {
            return SourceSelection.Choose(failback, source, target);
        }
        catch (ApiException all)
        {
            TableRoute[] routes = [.. SourceSelection.Mappings(failback, source, target).SelectMany(One)];
            // Each alone is well: it is about them together.
            if (_unpaired.Count == 0) _together = all;
            return routes;
        }
    }

    /// <summary>The tables of the source as the applier has to know them to say how their counterparts are mended.</summary>
    public IReadOnlyList<SourceShape> Shapes(IReadOnlyList<TableRoute> routes) =>
    [
        .. routes.Select(route => Shape(route.Target, route.Source, Visible(route)))
            .Concat(
                _unpaired.Select(
                    pair => Shape(
                        Wanted(pair.Mapping), pair.Mapping.Source,
                        pair.Mapping.Key is [RowId] ? [RowId] : [.. pair.Mapping.Key.Where(column => !SourceColumns.IsHidden(column))])))
            .DistinctBy(shape => shape.Target, StringComparer.Ordinal),
    ];

    /// <summary>What is wrong with tables that have no counterpart.</summary>
    /// <param name="inspected">The applier's answer to <see cref="Shapes"/>.</param>
    public IEnumerable<Check> Unpaired(TargetDescription inspected)
    {
        if (_together is { } all) yield return new Check(all.Code, Severity.Error, "control", null, all.Message, all.Remedy);
        foreach ((TableMapping mapping, ApiException refusal) in _unpaired)
        {
            string wanted = Wanted(mapping);
            string? fix = refusal.Code switch
            {
                "unknown_table" => NamedStatement.About(wanted, inspected.CreateTables),
                "no_primary_key" =>
                    inspected.Tables.FirstOrDefault(table => TableSelection.Name(table) == wanted) is { SetKey: { } set } there
                    ? NamedStatement.About(RowId, there.AddColumns) is { } add && mapping.Key is [RowId] ? $"{add} {set}" : set
                    : null,
                _ => null,
            };
            yield return new Check(
                refusal.Code, Severity.Error, "target", mapping.Target ?? mapping.Source, refusal.Message, fix ?? refusal.Remedy);
        }
    }

    /// <summary>What the keys of both sides mean for each other, and tables of the target that nothing is sent for.</summary>
    /// <param name="routes">The pairs.</param>
    /// <param name="inspected">The applier's answer to <see cref="Shapes"/>.</param>
    public IEnumerable<Check> Compare(IReadOnlyList<TableRoute> routes, TargetDescription inspected)
    {
        foreach (TableRoute route in routes)
        {
            bool Is(TargetTableSummary table) => TableSelection.Name(table) == route.Target;
            if ((inspected.Tables.FirstOrDefault(Is) ?? target.FirstOrDefault(Is)) is not { } summary) continue;
            string[] there = [.. summary.PrimaryKey];
            string[] hidden = [.. route.SourceKey.Where(SourceColumns.IsHidden)];
            string[] here = Visible(route);
            string name = SqlText.Name(route.Source);
            if (route.SourceKey is [RowId] && !Same([Renamed(route, RowId)], there))
                yield return new Check(
                    PreflightCodes.NoKeyAtSource, Severity.Error, "source", route.Source,
                    $"the table has no primary key at the source: its rows are told apart by the hidden {RowId}, which is not the key of "
                        + $"the target; give it a key, or let the target have {RowId} as its key",
                    $"ALTER TABLE {name} ALTER PRIMARY KEY USING COLUMNS "
                        + $"({string.Join(", ", TableSelection.SourceKey(summary).Select(Spelt))});");
            else if (hidden.Length > 0)
                yield return new Check(
                    PreflightCodes.HiddenKeyColumns, Severity.Info, "source", route.Source,
                    route.SourceKey is [RowId]
                        ? $"the table has no primary key at the source: the target keeps the hidden {RowId}, by which rows are told apart"
                        : $"the key has the hidden columns {string.Join(", ", hidden)}, which the target need not have", null);
            if (here.Length == 0 || Same(here, there)) continue;
            string keys = $"the primary keys differ: ({string.Join(", ", here)}) at the source, ({string.Join(", ", there)}) in the target";
            yield return here.Except(there, StringComparer.OrdinalIgnoreCase).Any()
                ? new Check(
                    PreflightCodes.KeyNarrower, Severity.Warning, "target", route.Target,
                    $"{keys}: rows that the source tells apart may be one row in the target", summary.SetKey)
                : new Check(
                    PreflightCodes.KeyWider, failback.Definition.Shown.Changefeed.Managed
                    ? Severity.Info
                    : Severity.Warning, "target", route.Target, $"{keys}: deletes are found by the former row, which the option diff sends",
                    summary.SetKey);
        }

        foreach (TargetTableSummary table in Unfed(routes))
            yield return new Check(
                PreflightCodes.TableNotAtSource, Severity.Info, "target", new TableName(table.Schema, table.Table).ToString(),
                "the filters match it and the source has no such table: it stays as it is", null);
    }

    private IReadOnlyList<TableRoute> One(TableMapping mapping)
    {
        try
        {
            return TableSelection.Choose(SourceSelection.With(failback, [mapping]), target);
        }
        catch (ApiException e)
        {
            _unpaired.Add((mapping, e));
            return [];
        }
    }

    private SourceShape Shape(string target, string source, string[] key)
    {
        TableName name = TableName.Parse(source);
        SourceColumn[] visible = [.. columns[new TableName(name.Schema, name.Table)]];
        // Hidden, and yet it is in the rows of the feed: without it nothing tells them apart.
        return new SourceShape(target, key is [RowId] ? [new(RowId, "bigint", false, null, null, null), .. visible] : visible, key);
    }

    // As the catalogue spells it where it is there.
    private string Wanted(TableMapping mapping) => TableSelection.Find(mapping, target) is [var there]
        ? TableSelection.Name(there)
        : mapping.Target ?? mapping.Source;

    private static string[] Visible(TableRoute route) =>
        [.. route.SourceKey.Where(column => !SourceColumns.IsHidden(column))
            .Select(column => Renamed(route, column))];

    private static string Renamed(TableRoute route, string column) =>
        route.Columns.FirstOrDefault(rule => rule.Column == column)?.Rename ?? column;

    private IEnumerable<TargetTableSummary> Unfed(IReadOnlyList<TableRoute> routes)
    {
        FailbackDefinition definition = failback.Definition.Shown;
        if (definition.TableFilter is not { Length: > 0 } && definition.SchemaFilter is not { Length: > 0 }) return [];
        NameFilter? schemas = Filter(definition.SchemaFilter);
        NameFilter? tables = Filter(definition.TableFilter);
        NameFilter? without = Filter(definition.TableExclusionFilter);
        HashSet<string> fed = [.. routes.Select(route => route.Target)];
        return target.Where(
            table => TableSelection.FitsSchema(table, schemas) && tables?.Matches(table.Table) != false
            && without?.Matches(table.Table) != true && !fed.Contains(TableSelection.Name(table)));
    }

    private static string Spelt(string column) =>
        SqlText.Name("\"" + column.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"");

    private static bool Same(string[] here, string[] there) =>
        here.Length == there.Length && !here.Except(there, StringComparer.OrdinalIgnoreCase).Any();

    private static NameFilter? Filter(string? pattern) => string.IsNullOrEmpty(pattern) ? null : NameFilter.TryCreate(pattern, out _);
}
