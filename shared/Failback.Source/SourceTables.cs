using System.Globalization;
using Failback.Contracts;

namespace Failback.Source;

/// <summary>Reads the tables of the source with their keys.</summary>
internal static class SourceTables
{
    /// <summary>Returns every table of the database.</summary>
    public static async Task<IReadOnlyList<SourceTable>> ReadAsync(SourceCluster source, CancellationToken cancellationToken)
    {
        IReadOnlyList<string?[]> tables = await source.RowsAsync(
            """
            SELECT table_schema::STRING, table_name::STRING FROM information_schema.tables WHERE table_type = 'BASE TABLE'
              AND table_schema NOT IN ('crdb_internal', 'information_schema', 'pg_catalog', 'pg_extension')
            """,
            cancellationToken);
        // Positions are read as text, because the vector type differs between versions. Hidden and virtual key columns have
        // positions too.
        Dictionary<(string Schema, string Table), string> keys = (await source.RowsAsync(
            """
            SELECT n.nspname::STRING, c.relname::STRING, i.indkey::STRING FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE i.indisprimary
            """,
            cancellationToken)).ToDictionary(row => (row[0]!, row[1]!), row => row[2]!);
        Dictionary<(string Schema, string Table, long Number), string> columns = await ColumnsAsync(source, cancellationToken);
        return [.. tables.Select(
            table => new SourceTable(new TableName(source.Database, table[0]!, table[1]!), Key(table[0]!, table[1]!)))];

        string[] Key(string schema, string table) =>
            keys.GetValueOrDefault((schema, table)) is { } positions ? Names(columns, schema, table, positions) : [];
    }

    /// <summary>Returns the foreign keys between tables of the database.</summary>
    public static async Task<IReadOnlyList<SourceForeignKey>> ForeignKeysAsync(SourceCluster source, CancellationToken cancellationToken)
    {
        Dictionary<(string Schema, string Table, long Number), string> columns = await ColumnsAsync(source, cancellationToken);
        return
        [
            .. (await source.RowsAsync(
                """
                SELECT n.nspname::STRING, c.relname::STRING, f.conkey::STRING, pn.nspname::STRING, p.relname::STRING
                FROM pg_catalog.pg_constraint f JOIN pg_catalog.pg_class c ON c.oid = f.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  JOIN pg_catalog.pg_class p ON p.oid = f.confrelid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace WHERE f.contype = 'f'
                """,
                cancellationToken)).Select(
                    row => new SourceForeignKey(
                        new TableName(row[0]!, row[1]!), Names(columns, row[0]!, row[1]!, row[2]!), new TableName(row[3]!, row[4]!))),
        ];
    }

    private static async Task<Dictionary<(string Schema, string Table, long Number), string>> ColumnsAsync(
        SourceCluster source, CancellationToken cancellationToken) => (await source.RowsAsync(
            """
            SELECT n.nspname::STRING, c.relname::STRING, a.attnum::INT8, a.attname::STRING FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE a.attnum > 0 AND c.relkind IN ('r', 'p') AND n.nspname NOT IN ('crdb_internal', 'information_schema', 'pg_catalog')
            """,
            cancellationToken)).ToDictionary(row => (row[0]!, row[1]!, Number(row[2]!)), row => row[3]!);

    private static string[] Names(
        Dictionary<(string Schema, string Table, long Number), string> columns, string schema, string table, string positions) =>
    [
        .. positions.Trim('{', '}').Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
            .Select(position => columns.GetValueOrDefault((schema, table, Number(position)), "")),
    ];

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
