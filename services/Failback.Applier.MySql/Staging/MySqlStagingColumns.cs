using Failback.Applier.MySql.Connection;
using MySqlConnector;

namespace Failback.Applier.MySql.Staging;

/// <summary>
/// Adds columns to our own tables that an earlier build made without them. Altering waits for every transaction, so it is only done where
/// it is needed.
/// </summary>
internal static class MySqlStagingColumns
{
    internal const string Exists =
        "SELECT EXISTS (SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND COLUMN_NAME = ?)";

    private static readonly (string Table, string Column, string Type)[] Added = [
        ("pending_mutation", "settled_by", "text"), ("checkpoint", "lineage", "varchar(40)"), ("checkpoint", "key_order", "text")];

    public static async Task AddAsync(MySqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        foreach ((string table, string column, string type) in Added)
        {
            await using var exists = new MySqlCommand(Exists, connection);
            foreach (string value in (string[])[schema, table, column]) exists.Parameters.Add(new MySqlParameter { Value = value });
            if (Convert.ToBoolean(await exists.ExecuteScalarAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture))
                continue;
            await using var add = new MySqlCommand($"ALTER TABLE {MySqlName.Quote(schema)}.{table} ADD COLUMN {column} {type}", connection);
            await RunAsync(add, cancellationToken);
        }
    }

    private static async Task RunAsync(MySqlCommand add, CancellationToken cancellationToken)
    {
        try
        {
            await add.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.DuplicateFieldName)
        {
            return; // another replica was faster
        }
    }
}
