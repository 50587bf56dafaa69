using System.Text.RegularExpressions;
using Failback.Applier.MySql.Connection;
using Failback.Contracts;
using MySqlConnector;

namespace Failback.Applier.MySql.Catalog;

/// <summary>What the server says of how to create a table: columns, indexes, foreign keys and collations in one text.</summary>
internal static partial class MySqlShapes
{
    private const int NoSuchTable = 1146;

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

        return shapes;
    }

    /// <summary>It moves with every insert.</summary>
    [GeneratedRegex(" AUTO_INCREMENT=[0-9]+", RegexOptions.None, 1000)]
    private static partial Regex AutoIncrement();
}
