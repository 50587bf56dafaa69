using System.Data.Common;
using System.Globalization;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Contracts;
using Microsoft.Data.Sqlite;

namespace Failback.Dialects.Tests.Toy;

/// <summary>Reads the tables with everything that decides how rows go in. https://www.sqlite.org/pragma.html#pragma_table_xinfo</summary>
internal sealed class ToyCatalog : ITargetCatalog
{
    public const string Schema = "main";

    public async Task<IReadOnlyList<TargetTable>> ReadAsync(
        DbConnection connection, string stagingSchema, CancellationToken cancellationToken)
    {
        var session = (SqliteConnection)connection;
        IReadOnlyList<string> names = await ToySql.QueryAsync(
            session, null, "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
            row => row.GetString(0), cancellationToken);
        var tables = new List<TargetTable>();
        foreach (string name in names) tables.Add(await ReadAsync(session, name, cancellationToken));
        return tables;
    }

    private static async Task<TargetTable> ReadAsync(SqliteConnection connection, string table, CancellationToken cancellationToken)
    {
        var keys = new SortedDictionary<long, int>();
        var columns = new List<TargetColumn>();
        foreach ((string name, string type, bool required, long key, bool generated) in await ToySql.QueryAsync(
            connection,
            null,
            "SELECT name, lower(type), \"notnull\", pk, hidden FROM pragma_table_xinfo($1) ORDER BY cid",
            row => (row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetInt64(3), row.GetInt64(4) > 1),
            cancellationToken,
            table))
        {
            if (key > 0) keys[key] = columns.Count;
            int open = type.IndexOf('(', StringComparison.Ordinal);
            int? size = open > 0 && int.TryParse(type.AsSpan(open + 1).TrimEnd(')'), CultureInfo.InvariantCulture, out int found)
                ? found
                : null;
            columns.Add(
                new TargetColumn
                {
                    Name = name,
                    Ordinal = columns.Count,
                    TypeName = open > 0
                        ? type[..open]
                        : type,
                    Size = size,
                    IsNullable = !required
                        && key == 0,
                    IsGenerated = generated,
                    Converter = new ToyValues(type, size)
                });
        }

        return new TargetTable(
            new TableName(Schema, table), columns, [.. keys.Values], await IndexesAsync(connection, table, columns, cancellationToken),
            await ForeignKeysAsync(connection, table, columns, cancellationToken))
        {
            IsReadBack = (await ToySql.QueryAsync(
                connection, null, "SELECT 1 FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = $1", row => row.GetInt64(0),
                cancellationToken, table)).Count > 0,
        };
    }

    private static async Task<IReadOnlyList<UniqueIndex>> IndexesAsync(
        SqliteConnection connection, string table, List<TargetColumn> columns, CancellationToken cancellationToken)
    {
        var rows = await ToySql.QueryAsync(
            connection,
            null,
            "SELECT l.name, i.name FROM pragma_index_list($1) AS l, pragma_index_info(l.name) AS i WHERE l.\"unique\" AND l.origin <> "
                + "'pk' AND NOT l.partial ORDER BY l.name, i.seqno",
            row => (Index: row.GetString(0), Column: row.IsDBNull(1) ? "" : row.GetString(1)),
            cancellationToken,
            table);
        return [.. rows.GroupBy(r => r.Index, StringComparer.Ordinal)
            .Select(g => new UniqueIndex(g.Key, [.. g.Select(r => Ordinal(columns, r.Column))]))];
    }

    private static async Task<IReadOnlyList<ForeignKey>> ForeignKeysAsync(
        SqliteConnection connection, string table, List<TargetColumn> columns, CancellationToken cancellationToken)
    {
        var rows = await ToySql.QueryAsync(
            connection,
            null,
            "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list($1) ORDER BY id, seq",
            row => (Id: row.GetInt64(0), Parent: row.GetString(1), Column: row.GetString(2), Referenced: row.GetString(3),
                OnDelete: row.GetString(4)),
            cancellationToken,
            table);
        return
        [
            .. rows.GroupBy(r => r.Id).Select(g => new ForeignKey(
                string.Create(CultureInfo.InvariantCulture, $"{table}_{g.Key}"),
                [.. g.Select(r => Ordinal(columns, r.Column))],
                new TableName(Schema, g.First().Parent),
                [.. g.Select(r => r.Referenced)],
                IsDeferrable: true, // PRAGMA defer_foreign_keys
                g.First().OnDelete is "CASCADE" or "SET NULL" or "SET DEFAULT")),
        ];
    }

    private static int Ordinal(List<TargetColumn> columns, string name) =>
        columns.FindIndex(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase));
}
