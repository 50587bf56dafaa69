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
        foreach (TableName table in tables)
        {
            await using var command = new MySqlCommand($"SHOW CREATE TABLE {MySqlName.Quote(table)}", connection, transaction);
            try
            {
                await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
                if (await row.ReadAsync(cancellationToken)) shapes[table] = AutoIncrement().Replace(row.GetString(1), "");
            }
            catch (MySqlException e) when (e.Number == NoSuchTable)
            {
                // Left out of the answer: whoever reads the catalogue next says so.
            }
        }

        await AddTriggersAsync(connection, transaction, shapes, cancellationToken);
        return shapes;
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
