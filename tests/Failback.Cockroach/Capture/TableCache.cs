using Npgsql;

namespace Failback.Cockroach.Capture;

/// <summary>Caches types and primary keys of tables, read from the catalogue when the log first names a table.</summary>
internal sealed class TableCache(NpgsqlDataSource database)
{
    private readonly Dictionary<uint, CapturedTable> _tables = [];
    private readonly Dictionary<uint, ColumnType> _types = [];

    public CapturedTable? Find(uint table) => _tables.GetValueOrDefault(table);

    public async Task<CapturedTable> DescribeAsync(
        uint table, string schema, string name, IReadOnlyList<(string Name, uint Type)> columns, CancellationToken cancellationToken)
    {
        var described = new List<CapturedColumn>();
        foreach ((string column, uint type) in columns) described.Add(new CapturedColumn(column, await TypeAsync(type, cancellationToken)));
        var key = new List<int>();
        await using NpgsqlCommand command = database.CreateCommand(
            """
            SELECT a.attname FROM pg_index x CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k (attnum, seq)
            JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum WHERE x.indisprimary AND x.indrelid = $1::int8::oid ORDER BY k.seq
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = (long)table });
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken)) key.Add(described.FindIndex(column => column.Name == reader.GetString(0)));
        }

        return _tables[table] = new CapturedTable(table, schema, name, described, key);
    }

    private async Task<ColumnType> TypeAsync(uint oid, CancellationToken cancellationToken)
    {
        if (_types.TryGetValue(oid, out ColumnType? known)) return known;
        await using NpgsqlCommand command = database.CreateCommand(
            """
            SELECT coalesce(e.typname, b.typname, t.typname)::text, coalesce(b.typcategory, t.typcategory) = 'A' FROM pg_type t LEFT JOIN pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
            LEFT JOIN pg_type e ON e.oid = coalesce(nullif(b.typelem, 0), nullif(t.typelem, 0)) AND coalesce(b.typcategory, t.typcategory) = 'A' WHERE t.oid = $1::int8::oid
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = (long)oid });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        ColumnType type = await reader.ReadAsync(cancellationToken)
            ? new ColumnType(reader.GetString(0), reader.GetBoolean(1))
            : new ColumnType("text", IsArray: false);
        return _types[oid] = type;
    }
}
