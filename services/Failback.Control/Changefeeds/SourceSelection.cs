using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Failback.Control.Registry;
using Failback.Source;

namespace Failback.Control.Changefeeds;

/// <summary>
/// Chooses the tables of a managed failback from the source: those listed by name and those the filters match, each with its counterpart in
/// the target and the columns of its key. With a userscript, which chooses tables itself, a table may be on one side only: listed with its
/// target, it gets rows from the script alone; matched by the filters, it is watched and the script says where its rows go.
/// </summary>
internal static class SourceSelection
{
    /// <exception cref="ApiException">Nothing selected, or a table has no counterpart.</exception>
    public static IReadOnlyList<TableRoute> Choose(
        FailbackRecord failback, IReadOnlyList<SourceTable> source, IReadOnlyList<TargetTableSummary> target) =>
        TableSelection.Choose(With(failback, Mappings(failback, source, target)), target);

    /// <summary>A failback of exactly these tables.</summary>
    public static FailbackRecord With(FailbackRecord failback, IReadOnlyList<TableMapping> mappings) => failback with
    {
        Definition = failback.Definition with
        {
            Shown = failback.Definition.Shown with
            {
                SchemaFilter = null,
                TableFilter = null,
                TableExclusionFilter = null,
                Tables = mappings
            }
        },
    };

    /// <summary>The tables of the source that are listed or match, with the names their counterparts should have.</summary>
    /// <exception cref="ApiException">Nothing selected, or a listed table is not there.</exception>
    public static IReadOnlyList<TableMapping> Mappings(
        FailbackRecord failback, IReadOnlyList<SourceTable> source, IReadOnlyList<TargetTableSummary> target)
    {
        FailbackDefinition definition = failback.Definition.Shown;
        bool scripted = failback.Script is not null;
        var mappings = definition.Tables.Select(mapping => Listed(mapping, source, scripted)).ToList();
        HashSet<string> taken = [.. mappings.Select(mapping => mapping.Source)];
        bool filtered = definition.SchemaFilter is { Length: > 0 } || definition.TableFilter is { Length: > 0 };
        if (mappings.Count == 0 || filtered)
            mappings.AddRange(
                Filtered(definition, source).Where(table => !taken.Contains(table.Name.ToString()))
                .Select(table => Mapping(table, target)).Where(mapping => !scripted || HasCounterpart(mapping, target)));
        return mappings.Count > 0 ? mappings : throw Nothing(source);
    }

    /// <summary>
    /// The tables to watch: those of the routes that the source has, and those that only a userscript knows what to do with.
    /// </summary>
    public static IReadOnlyList<TableRoute> ForFeed(
        FailbackRecord failback, IReadOnlyList<TableRoute> routes, IReadOnlyList<SourceTable> source)
    {
        if (failback.Script is null) return routes;
        FailbackDefinition definition = failback.Definition.Shown;
        bool filtered = definition.Tables.Count == 0 || definition.SchemaFilter is { Length: > 0 }
            || definition.TableFilter is { Length: > 0 };
        HashSet<string> there = [.. source.Select(table => table.Name.ToString())];
        HashSet<string> routed = [.. routes.Select(route => route.Source)];
        IEnumerable<SourceTable> others = filtered
            ? Filtered(definition, source).Where(table => !routed.Contains(table.Name.ToString()))
            : [];
        return [.. routes.Where(route => there.Contains(route.Source)),
            .. others.Select(
                table => new TableRoute { Source = table.Name.ToString(), Target = "", Queue = "", SourceKey = table.PrimaryKey })];
    }

    /// <summary>Full names of tables that the filters choose, or none where only listed tables are wanted.</summary>
    public static IReadOnlyList<string> Matching(FailbackDefinition definition, IReadOnlyList<SourceTable> source)
    {
        bool filtered = definition.SchemaFilter is { Length: > 0 } || definition.TableFilter is { Length: > 0 };
        return definition.Tables.Count > 0 && !filtered ? [] : [.. Filtered(definition, source).Select(table => table.Name.ToString())];
    }

    /// <summary>
    /// Whether some table's key in the target has columns that its key in the source has not: deletes then need the former row.
    /// </summary>
    public static bool KeysDiffer(IReadOnlyList<TableRoute> tables, IReadOnlyList<TargetTableSummary> target) =>
        tables.Where(route => route.Target.Length > 0).Any(route =>
        target.First(table => new TableName(table.Schema, table.Table).ToString() == route.Target).PrimaryKey.Except(
            route.SourceKey, StringComparer.OrdinalIgnoreCase).Any());

    private static bool HasCounterpart(TableMapping mapping, IReadOnlyList<TargetTableSummary> target)
    {
        TableName name = TableName.Parse(mapping.Target!);
        return target.Any(table => string.Equals(table.Table, name.Table, StringComparison.OrdinalIgnoreCase)
            && (name.Schema.Length == 0 || string.Equals(table.Schema, name.Schema, StringComparison.OrdinalIgnoreCase)));
    }

    private static TableMapping Listed(TableMapping mapping, IReadOnlyList<SourceTable> source, bool scripted)
    {
        TableName name = TableName.Parse(mapping.Source);
        SourceTable[] found = [.. source.Where(table => Fits(name, table.Name, StringComparison.Ordinal))];
        if (found.Length == 0) found = [.. source.Where(table => Fits(name, table.Name, StringComparison.OrdinalIgnoreCase))];
        return found.Length switch
        {
            1 => mapping with
            {
                Source = found[0].Name.ToString(),
                Target = mapping.Target ?? WithoutDatabase(name),
                Key = mapping.Key.Count > 0
                    ? mapping.Key
                    : found[0].PrimaryKey
            },
            0 when scripted && mapping.Target is not null => mapping,
            0 => throw new ApiException(
                422, "unknown_source_table", $"the source has no table {name}",
                "correct tables in the definition, PUT it, then repeat start"),
            _ => throw new ApiException(
                422, "ambiguous_source_table", $"the source has several tables named {name}",
                "write the schema before the name in tables, PUT the definition, then repeat start"),
        };
    }

    private static IEnumerable<SourceTable> Filtered(FailbackDefinition definition, IReadOnlyList<SourceTable> source)
    {
        NameFilter? schemas = Filter(definition.SchemaFilter);
        NameFilter? tables = Filter(definition.TableFilter);
        NameFilter? without = Filter(definition.TableExclusionFilter);
        return source.Where(
            table => schemas?.Matches(table.Name.Schema) != false && tables?.Matches(table.Name.Table) != false
            && without?.Matches(table.Name.Table) != true);
    }

    private static TableMapping Mapping(SourceTable table, IReadOnlyList<TargetTableSummary> target)
    {
        SchemaNaming naming = target.Count > 0 ? target[0].Schemas : SchemaNaming.Same;
        bool sameSchema = naming == SchemaNaming.Same
            || (naming == SchemaNaming.Own
                && target.Any(there => string.Equals(there.Schema, table.Name.Schema, StringComparison.OrdinalIgnoreCase)));
        return new TableMapping
        {
            Source = table.Name.ToString(),
            Target = sameSchema
                ? new TableName(table.Name.Schema, table.Name.Table).ToString()
                : new TableName("", table.Name.Table).ToString(),
            Key = table.PrimaryKey,
        };
    }

    private static string WithoutDatabase(TableName name) => new TableName(name.Schema, name.Table).ToString();

    private static bool Fits(TableName wanted, TableName there, StringComparison comparison) =>
        string.Equals(wanted.Table, there.Table, comparison)
        && (wanted.Schema.Length == 0 || string.Equals(wanted.Schema, there.Schema, comparison))
        && (wanted.Database.Length == 0 || string.Equals(wanted.Database, there.Database, comparison));

    private static ApiException Nothing(IReadOnlyList<SourceTable> source)
    {
        string there = source.Count == 0
            ? "it has none that this user may see"
            : "it has " + string.Join(", ", source.Take(20).Select(table => WithoutDatabase(table.Name)));
        return new ApiException(
            422, "no_source_tables", $"no table of the source matches the filters; {there}",
            "correct schemaFilter and tableFilter (they match whole names) or the database of source, PUT the definition, then repeat "
                + "start");
    }

    private static NameFilter? Filter(string? pattern) => string.IsNullOrEmpty(pattern) ? null : NameFilter.TryCreate(pattern, out _);
}
