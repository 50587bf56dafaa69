using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Npgsql;

namespace Failback.Applier.Postgres.Writing;

/// <summary>
/// Foreign keys are triggers: a session in the role of a replica fires neither these nor the application's own.
/// https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE (grantable from 15 on)
/// </summary>
internal sealed class PostgresForeignKeys : IForeignKeySwitch
{
    public bool SwitchesTriggers => true;

    public async Task<bool> TryRelaxAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)transaction.Connection!;
        const string grantable =
            "SELECT current_setting('is_superuser') = 'on' OR has_parameter_privilege('session_replication_role', 'SET')";
        const string superuser = "SELECT current_setting('is_superuser') = 'on'";
        await using var allowed = new NpgsqlCommand(
            connection.PostgreSqlVersion.Major >= 15 ? grantable : superuser, connection, (NpgsqlTransaction)transaction);
        if (await allowed.ExecuteScalarAsync(cancellationToken) is not true) return false;
        await PostgresStatements.RunAsync(transaction, "SET LOCAL session_replication_role = replica", [], cancellationToken);
        return true;
    }

    public Task RestoreAsync(DbTransaction transaction, CancellationToken cancellationToken) =>
        PostgresStatements.RunAsync(transaction, "SET LOCAL session_replication_role = origin", [], cancellationToken);

    public async Task<IReadOnlyList<RowChange>> FindOrphansAsync(
        DbTransaction transaction, RowBatch keys, ForeignKey foreignKey, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = PostgresStatements.Query(
            transaction, PostgresReferenceSql.OrphansOf(keys, foreignKey), PostgresStatements.Bind(keys));
        return await PostgresStatements.ChangesAsync(command, keys, cancellationToken);
    }

    public async Task<IReadOnlyList<RowChange>> FindAbandonedAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = PostgresStatements.Query(
            transaction, PostgresReferenceSql.Abandoned(keys, child, foreignKey), PostgresStatements.Bind(keys));
        return await PostgresStatements.ChangesAsync(command, keys, cancellationToken);
    }

    public async Task<IReadOnlyList<FormerReference>> ReadReferencedAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = PostgresStatements.Query(
            transaction, PostgresReferenceSql.ReferencedValues(keys, child, foreignKey), PostgresStatements.Bind(keys));
        var found = new List<FormerReference>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            found.Add(
                new FormerReference(
                    keys.Changes[(int)row.GetInt64(0) - 1], [.. Enumerable.Range(1, row.FieldCount - 1).Select(row.GetString)]));
        return found;
    }

    public async Task<IReadOnlyList<RowChange>> FindAbandonedAsync(
        DbTransaction transaction, IReadOnlyList<FormerReference> former, TargetTable parent, TargetTable child, ForeignKey foreignKey,
        CancellationToken cancellationToken)
    {
        NpgsqlParameter[] texts = [
            .. foreignKey.ParentColumns.Select(
                (_, i) => new NpgsqlParameter { Value = former.Select(f => (string)f.Values[i]).ToArray() })];
        await using NpgsqlCommand command = PostgresStatements.Query(
            transaction, PostgresReferenceSql.AbandonedValues(parent, child, foreignKey), texts);
        var found = new List<RowChange>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(former[(int)row.GetInt64(0) - 1].Change);
        return found;
    }
}
