using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Source;

/// <summary>Reads the columns of the source's tables that applications see.</summary>
public static class SourceColumns
{
    /// <summary>Returns true for columns that CockroachDB adds by itself.</summary>
    public static bool IsHidden(string column) =>
        column is "rowid" or "crdb_region" || column.StartsWith("crdb_internal_", StringComparison.Ordinal);

    /// <summary>Returns the columns of every table in their order.</summary>
    public static async Task<ILookup<TableName, SourceColumn>> ReadAsync(SourceCluster source, CancellationToken cancellationToken)
    {
        const string Query = """
            SELECT table_schema::STRING, table_name::STRING, column_name::STRING, data_type::STRING, is_nullable::STRING, character_maximum_length::INT8, numeric_precision::INT8, numeric_scale::INT8
            FROM information_schema.columns WHERE table_schema NOT IN ('crdb_internal', 'information_schema', 'pg_catalog', 'pg_extension') ORDER BY table_schema, table_name, ordinal_position
            """;
        return (await source.RowsAsync(Query, cancellationToken)).Where(row => !IsHidden(row[2]!))
            .ToLookup(
                row => new TableName(row[0]!, row[1]!),
                row => new SourceColumn(
                    row[2]!, row[3]!.ToLowerInvariant(), row[4] == "YES", Number(row[5]), Number(row[6]), Number(row[7])));
    }

    private static int? Number(string? text) =>
        text is null ? null : (int)Math.Min(long.Parse(text, System.Globalization.CultureInfo.InvariantCulture), int.MaxValue);
}
