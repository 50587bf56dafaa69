using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Definitions;

namespace Failback.Control.Preflight;

/// <summary>Compares the columns of both sides, and today's values with what the target can hold.</summary>
/// <param name="source">The cluster.</param>
/// <param name="definition">What is done about unknown columns.</param>
/// <param name="values">Read tables, too.</param>
internal sealed class ColumnChecks(SourceCluster source, FailbackDefinition definition, bool values)
{
    private static readonly Dictionary<string, (long Least, long Most)> Ranges = new(StringComparer.OrdinalIgnoreCase)
    {
        ["int2"] = (short.MinValue, short.MaxValue),
        ["smallint"] = (short.MinValue, short.MaxValue),
        ["tinyint"] = (sbyte.MinValue, sbyte.MaxValue),
        ["int4"] = (int.MinValue, int.MaxValue),
        ["int"] = (int.MinValue, int.MaxValue),
        ["integer"] = (int.MinValue, int.MaxValue),
        ["mediumint"] = (-8_388_608, 8_388_607),
    };

    public async Task<IReadOnlyList<Check>> RunAsync(IReadOnlyList<TableRoute> routes, IReadOnlyList<TargetTableSummary> target, CancellationToken cancellationToken)
    {
        var checks = new List<Check>();
        var columns = (await source.RowsAsync("SELECT table_schema, table_name, column_name, data_type, is_nullable FROM information_schema.columns", cancellationToken))
            .ToLookup(row => (row[0]!, row[1]!), row => (Name: row[2]!, Type: row[3]!, Nullable: row[4] == "YES"));
        foreach (TableRoute route in routes)
        {
            TableName name = TableName.Parse(route.Source);
            TargetTableSummary? there = target.FirstOrDefault(table => new TableName(table.Schema, table.Table).ToString() == route.Target);
            if (there is null || there.Columns.Count == 0) continue;
            (string Name, string Type, bool Nullable)[] has = [.. columns[(name.Schema, name.Table)].Where(column => !IsHidden(column.Name))];
            // Rules rename, leave out and fill columns: what has one is the operator's decision.
            HashSet<string> ruled = [.. route.Columns.Select(rule => rule.Column)];
            checks.AddRange(Missing(route, there, [.. has.Where(column => !ruled.Contains(column.Name)).Select(column => column.Name)]));
            if (ruled.Count == 0) checks.AddRange(Required(route, there, [.. has.Select(column => column.Name)]));
            if (!values) continue;
            foreach ((string column, string type, bool nullable) in has.Where(column => !ruled.Contains(column.Name)))
            {
                if (Find(there, column) is not { Generated: false } counterpart) continue;
                if (await TooLargeAsync(route, column, type, counterpart, cancellationToken) is { } large) checks.Add(large);
                if (nullable && !counterpart.Nullable && await HasNullAsync(route, column, cancellationToken))
                    checks.Add(Of("null_values", Severity.Error, route, $"{column} holds NULL at the source and may not in the target", $"ALTER TABLE {route.Target} ALTER COLUMN {column} DROP NOT NULL;"));
            }
        }

        return checks;
    }

    private IEnumerable<Check> Missing(TableRoute route, TargetTableSummary there, IEnumerable<string> columns)
    {
        bool stop = definition.OnUnknownColumn == UnknownColumnPolicy.Stop;
        foreach (string column in columns.Where(column => Find(there, column) is null))
        {
            yield return stop
                ? Of("target_column_missing", Severity.Error, route, $"the target lacks {column}: its table would halt", $"ALTER TABLE {route.Target} ADD COLUMN {column} …; or set onUnknownColumn to ignore")
                : Of("target_column_missing", Severity.Info, route, $"the target lacks {column}, which is left out", null);
        }
    }

    private static IEnumerable<Check> Required(TableRoute route, TargetTableSummary there, HashSet<string> columns) =>
        there.Columns.Where(column => !column.Nullable && !column.Generated && !columns.Contains(column.Name, StringComparer.OrdinalIgnoreCase))
            .Select(column => Of(
                "source_column_missing", Severity.Warning, route, $"{column.Name} is NOT NULL in the target and not at the source: new rows are refused unless it has a default",
                $"ALTER TABLE {route.Target} ALTER COLUMN {column.Name} DROP NOT NULL;"));

    private async Task<Check?> TooLargeAsync(TableRoute route, string column, string type, TargetColumnSummary counterpart, CancellationToken cancellationToken)
    {
        bool integer = type.Contains("int", StringComparison.OrdinalIgnoreCase) && !type.Contains("interval", StringComparison.OrdinalIgnoreCase);
        if (!integer || type.Equals("smallint", StringComparison.OrdinalIgnoreCase) || !Ranges.TryGetValue(counterpart.TypeName, out (long Least, long Most) range)) return null;
        string quoted = SqlText.Name("\"" + column.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"");
        return await AnyAsync($"{quoted} < {range.Least} OR {quoted} > {range.Most}", route, cancellationToken) switch
        {
            false => null,
            null => Of("values_not_checked", Severity.Info, route, $"whether the values of {column} fit was not found out within 5 s", null),
            _ => Of("value_too_large", Severity.Error, route, $"{column} holds values that {counterpart.TypeName} cannot", $"ALTER TABLE {route.Target} ALTER COLUMN {column} TYPE bigint;"),
        };
    }

    private async Task<bool> HasNullAsync(TableRoute route, string column, CancellationToken cancellationToken)
    {
        string quoted = SqlText.Name("\"" + column.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"");
        return await AnyAsync($"{quoted} IS NULL", route, cancellationToken) == true;
    }

    /// <summary>Whether some row fulfils a condition; null: not found out in time, the table is large.</summary>
    private async Task<bool?> AnyAsync(string condition, TableRoute route, CancellationToken cancellationToken)
    {
        await source.RowsAsync("SET statement_timeout = '5s'", cancellationToken);
        try
        {
            return (await source.RowsAsync($"SELECT 1 FROM {SqlText.Name(route.Source)} WHERE {condition} LIMIT 1", cancellationToken)).Count > 0;
        }
        catch (ApiException e) when (e.Status != 503)
        {
            return null;
        }
        finally
        {
            await source.RowsAsync("SET statement_timeout = 0", cancellationToken);
        }
    }

    private static TargetColumnSummary? Find(TargetTableSummary table, string column) =>
        table.Columns.FirstOrDefault(there => there.Name == column) ?? table.Columns.FirstOrDefault(there => string.Equals(there.Name, column, StringComparison.OrdinalIgnoreCase));

    private static bool IsHidden(string column) => column is "rowid" or "crdb_region" || column.StartsWith("crdb_internal_", StringComparison.Ordinal);

    private static Check Of(string code, Severity severity, TableRoute route, string message, string? fix) => new(code, severity, "target", route.Target, message, fix);
}
