using System.Data.Common;
using System.Globalization;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>
/// https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_foreign_key_checks; every transaction starts with it on.
/// </summary>
internal sealed class MySqlForeignKeys : IForeignKeySwitch
{
    public async Task<bool> TryRelaxAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        await MySqlStatements.RunAsync(transaction, "SET SESSION foreign_key_checks = 0", cancellationToken);
        return true;
    }

    public Task RestoreAsync(DbTransaction transaction, CancellationToken cancellationToken) =>
        MySqlStatements.RunAsync(transaction, "SET SESSION foreign_key_checks = 1", cancellationToken);

    public Task<IReadOnlyList<RowChange>> FindOrphansAsync(
        DbTransaction transaction, RowBatch keys, ForeignKey foreignKey, CancellationToken cancellationToken) =>
        MySqlQuestions.ChangesAsync(
            transaction, MySqlStatements.Bind(transaction, keys), MySqlReferenceSql.OrphanOf(keys.Table, foreignKey), MySqlSql.KeyValues,
            cancellationToken);

    public Task<IReadOnlyList<RowChange>> FindAbandonedAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken)
    {
        int[] referenced = [.. foreignKey.ParentColumns.Select(keys.Table.FindColumn)];
        return MySqlQuestions.ChangesAsync(
            transaction, MySqlStatements.Bind(transaction, keys), MySqlReferenceSql.Abandoned(keys.Table, child, foreignKey),
            (rows, row) => [.. referenced.Select(c => rows.Of(row, c)), .. MySqlSql.KeyValues(rows, row)], cancellationToken);
    }

    public async Task<bool> HasOrphansAsync(
        DbTransaction transaction, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(
            MySqlReferenceSql.Orphans(child, foreignKey), (MySqlConnection)transaction.Connection!, (MySqlTransaction)transaction);
        return Convert.ToBoolean(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
