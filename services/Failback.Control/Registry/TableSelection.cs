using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Definitions;

namespace Failback.Control.Registry;

/// <summary>
/// Chooses the tables of a failback from the target's catalogue: tables listed by name, and tables that the filters match. With
/// listed tables and no filter, only the listed ones.
/// </summary>
internal static class TableSelection
{
    private const string Listed = "correct tables in the definition, PUT it, then repeat start";

    /// <exception cref="ApiException">No table is selected, a name is unknown or ambiguous, or a table has no primary key.</exception>
    public static IReadOnlyList<TableRoute> Choose(FailbackRecord failback, IReadOnlyList<TargetTableSummary> catalogue)
    {
        FailbackDefinition definition = failback.Definition.Shown;
        var chosen = new List<(TargetTableSummary Table, TableMapping Mapping)>();
        foreach (TableMapping mapping in definition.Tables) chosen.Add((Resolve(mapping, catalogue), mapping));
        RefuseSharedTargets(chosen.Select(choice => choice.Table));
        RefuseControl(definition.Tables.Select(mapping => mapping.Source));
        bool filtered = definition.SchemaFilter is { Length: > 0 } || definition.TableFilter is { Length: > 0 };
        if (chosen.Count == 0 || filtered) chosen.AddRange(Filtered(failback, catalogue, chosen));
        if (chosen.Count == 0) throw Nothing(catalogue);
        RefuseControl(chosen.SelectMany(choice => (string[])[Name(choice.Table), choice.Mapping.Source]));
        RefuseWithoutKey(chosen.Select(choice => choice.Table));
        TableRoute[] routes = [
            .. chosen.Select(choice => Route(failback, choice.Table, choice.Mapping))
                .OrderBy(route => route.Source, StringComparer.Ordinal)];
        RefuseAmbiguousTopics(failback, routes);
        return routes;
    }

    /// <summary>The tables that a mapping may mean: an exact match wins, other cases are tried only when there is none.</summary>
    public static IReadOnlyList<TargetTableSummary> Find(TableMapping mapping, IReadOnlyList<TargetTableSummary> catalogue)
    {
        TableName name = TableName.Parse(mapping.Target ?? mapping.Source);
        TargetTableSummary[] Named(StringComparison comparison) => [.. catalogue.Where(table =>
            string.Equals(table.Table, name.Table, comparison)
            && (name.Schema.Length == 0 || string.Equals(table.Schema, name.Schema, comparison)))];
        return Named(StringComparison.Ordinal) is { Length: > 0 } exact ? exact : Named(StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether a filter on schemas takes in a table; where there is one namespace it does not apply.</summary>
    public static bool FitsSchema(TargetTableSummary table, NameFilter? schemas) =>
        table.Schemas == SchemaNaming.None || schemas?.Matches(table.Schema) != false;

    /// <summary>Schema and table as the catalogue spells them.</summary>
    public static string Name(TargetTableSummary table) => new TableName(table.Schema, table.Table).ToString();

    /// <summary>Columns of the primary key as the source spells them.</summary>
    public static IReadOnlyList<string> SourceKey(TargetTableSummary table) =>
        table.SourceKey.Count > 0 ? table.SourceKey : table.PrimaryKey;

    private static TargetTableSummary Resolve(TableMapping mapping, IReadOnlyList<TargetTableSummary> catalogue)
    {
        TableName name = TableName.Parse(mapping.Target ?? mapping.Source);
        IReadOnlyList<TargetTableSummary> found = Find(mapping, catalogue);
        return found.Count switch
        {
            0 => throw new ApiException(422, "unknown_table", $"the target has no table {name}", Listed),
            1 => found[0],
            _ => throw new ApiException(
                422, "ambiguous_table", $"the target has several tables named {name}: {string.Join(", ", found.Select(Name))}",
                "write the schema before the name; " + Listed),
        };
    }

    private static IEnumerable<(TargetTableSummary Table, TableMapping Mapping)> Filtered(
        FailbackRecord failback, IReadOnlyList<TargetTableSummary> catalogue, List<(TargetTableSummary Table, TableMapping Mapping)> listed)
    {
        FailbackDefinition definition = failback.Definition.Shown;
        NameFilter? schemas = Filter(definition.SchemaFilter);
        NameFilter? tables = Filter(definition.TableFilter);
        NameFilter? without = Filter(definition.TableExclusionFilter);
        var taken = listed.Select(choice => Name(choice.Table)).Concat(listed.Select(choice => choice.Mapping.Source))
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. catalogue
                .Where(table => FitsSchema(table, schemas) && tables?.Matches(table.Table) != false
                    && without?.Matches(table.Table) != true)
                .Select(table => (table, new TableMapping { Source = SourceName(table) }))
                .Where(choice => !taken.Contains(Name(choice.table)) && !taken.Contains(choice.Item2.Source)),
        ];
    }

    private static string SourceName(TargetTableSummary table) => table.SourceName.Length > 0 ? table.SourceName : Name(table);

    private static TableRoute Route(FailbackRecord failback, TargetTableSummary table, TableMapping mapping) => new()
    {
        Source = mapping.Source,
        Target = Name(table),
        Queue = failback.QueueName(Name(table)),
        SourceKey = mapping.Key,
        TargetKey = table.PrimaryKey,
        Columns = [.. mapping.Columns.Select(column => column.Value.ToRule(column.Key))],
    };

    private static void RefuseSharedTargets(IEnumerable<TargetTableSummary> tables)
    {
        if (tables.GroupBy(Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } shared)
            throw new ApiException(
                422, "shared_target", $"several source tables are to be written to {shared.Key}",
                "give every source table a target of its own; " + Listed);
    }

    // Names travel in headers of messages and in log lines, which end at a line break.
    private static void RefuseControl(IEnumerable<string> names)
    {
        if (names.FirstOrDefault(PlainText.HasControl) is not { } wrong) return;
        string shown = string.Concat(wrong.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
        throw new ApiException(
            422, "table_name", $"the name of the table {shown} holds a control character",
            "rename the table, or leave it out with tableExclusionFilter, then repeat start");
    }

    private static void RefuseWithoutKey(IEnumerable<TargetTableSummary> tables)
    {
        string[] keyless = [.. tables.Where(table => table.PrimaryKey.Count == 0).Select(Name)];
        if (keyless.Length == 0) return;
        throw new ApiException(
            422,
            "no_primary_key",
            $"without a primary key in the target rows cannot be found again: {string.Join(", ", keyless)}",
            "add a primary key with the columns of the source's, or leave the tables out with tableExclusionFilter, then repeat start");
    }

    // The statement that control makes uses full topic names. An adopted changefeed, or a source without schema, may use table
    // names alone.
    private static void RefuseAmbiguousTopics(FailbackRecord failback, TableRoute[] routes)
    {
        bool bareTopics = failback.Definition.Shown.Changefeed.WebhookPath is not null
            || routes.Any(route => TableName.Parse(route.Source).Schema.Length == 0);
        if (!bareTopics) return;
        if (routes.GroupBy(route => TableName.Parse(route.Source).Table, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1) is { } same)
        {
            throw new ApiException(
                422,
                "ambiguous_topic",
                $"the changefeed may call several tables just {same.Key}: {string.Join(", ", same.Select(route => route.Source))}",
                "use a failback per schema, or let start create the statement with full table names (no changefeed.webhookPath, sources "
                    + "with schema)");
        }
    }

    private static ApiException Nothing(IReadOnlyList<TargetTableSummary> catalogue)
    {
        string there = catalogue.Count == 0
            ? "it has no tables that this user may see"
            : "it has " + string.Join(", ", catalogue.Take(20).Select(Name)) + (catalogue.Count > 20 ? ", …" : "");
        return new ApiException(
            422, "no_tables", $"no table of the target matches the filters; {there}",
            "correct schemaFilter and tableFilter (they match whole names), PUT the definition, then repeat start");
    }

    private static NameFilter? Filter(string? pattern) => string.IsNullOrEmpty(pattern) ? null : NameFilter.TryCreate(pattern, out _);
}
