using System.Text.RegularExpressions;
using Failback.Applier.MySql.Connection;
using Failback.Contracts;
using MySqlConnector;

namespace Failback.Applier.MySql.Catalog;

/// <summary>
/// What the server says of how to create a table: columns, indexes, foreign keys and collations in one text, and its triggers.
/// </summary>
internal static partial class MySqlShapes
{
    private const int NoSuchTable = 1146;
    private const int TablesPerQuery = 200;

    // https://dev.mysql.com/doc/refman/8.4/en/information-schema-triggers-table.html
    private const string TriggersSql = """
        SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME, CONCAT(ACTION_TIMING, EVENT_MANIPULATION)
        FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ? ORDER BY EVENT_OBJECT_TABLE, TRIGGER_NAME
        """;

    // https://dev.mysql.com/doc/refman/8.4/en/show-create-table.html
    public static async Task<IReadOnlyDictionary<TableName, string>> ReadAsync(
        MySqlConnection connection, MySqlTransaction? transaction, IReadOnlyCollection<TableName> tables,
        CancellationToken cancellationToken)
    {
        var shapes = new Dictionary<TableName, string>();
        foreach (TableName[] part in tables.Chunk(TablesPerQuery))
        {
            if (await TryReadAsync(connection, transaction, part, shapes, cancellationToken)) continue;
            foreach (TableName table in part) await TryReadAsync(connection, transaction, [table], shapes, cancellationToken);
        }

        await AddTriggersAsync(connection, transaction, shapes, cancellationToken);
        return shapes;
    }

    /// <summary>False: one of the tables is missing. It is left out of the answer, and the next to read the catalogue says so.</summary>
    private static async Task<bool> TryReadAsync(
        MySqlConnection connection, MySqlTransaction? transaction, IReadOnlyList<TableName> tables, Dictionary<TableName, string> shapes,
        CancellationToken cancellationToken)
    {
        string text = string.Join(";\n", tables.Select(t => $"SHOW CREATE TABLE {MySqlName.Quote(t)}"));
        await using var command = new MySqlCommand(text, connection, transaction);
        try
        {
            await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
            foreach (TableName table in tables)
            {
                if (await row.ReadAsync(cancellationToken)) shapes[table] = AutoIncrement().Replace(row.GetString(1), "");
                await row.NextResultAsync(cancellationToken);
            }

            return true;
        }
        catch (MySqlException e) when (e.Number == NoSuchTable)
        {
            return false;
        }
    }

    private static async Task AddTriggersAsync(
        MySqlConnection connection, MySqlTransaction? transaction, Dictionary<TableName, string> shapes,
        CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(TriggersSql, connection, transaction)
        {
            Parameters = { new MySqlParameter { Value = connection.Database } },
        };
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var table = new TableName(row.GetString(0), row.GetString(1));
            if (shapes.TryGetValue(table, out string? shape)) shapes[table] = $"{shape}\n{row.GetString(2)} {row.GetString(3)}";
        }
    }

    /// <summary>It moves with every insert.</summary>
    [GeneratedRegex(" AUTO_INCREMENT=[0-9]+", RegexOptions.None, 1000)]
    private static partial Regex AutoIncrement();
}
