using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Windows;

namespace Failback.Applier.MySql.Writing;

/// <summary>
/// https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_foreign_key_checks; every transaction starts with it on.
/// </summary>
internal sealed class MySqlForeignKeys : IForeignKeySwitch
{
    public bool SwitchesTriggers => false;

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

    public async Task<IReadOnlyList<FormerReference>> ReadReferencedAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken) =>
        await MySqlQuestions.AskAsync(
            transaction, MySqlStatements.Bind(transaction, keys), MySqlReferenceSql.ReferencedValues(keys.Table, child, foreignKey),
            MySqlSql.KeyValues,
            static (change, row) => new FormerReference(change, [.. Enumerable.Range(1, row.FieldCount - 1).Select(row.GetValue)]),
            cancellationToken);

    public async Task<IReadOnlyList<RowChange>> FindAbandonedAsync(
        DbTransaction transaction, IReadOnlyList<FormerReference> former, TargetTable parent, TargetTable child, ForeignKey foreignKey,
        CancellationToken cancellationToken) =>
        await MySqlQuestions.AskAsync(
            transaction, former.Count, MySqlReferenceSql.AbandonedValues(parent, child, foreignKey),
            place => [.. former[place].Values, .. former[place].Values], (place, _) => former[place].Change, cancellationToken);
}
