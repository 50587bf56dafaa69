using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Npgsql;
using static Failback.Applier.Postgres.Writing.PostgresStatements;

namespace Failback.Applier.Postgres.Writing;

/// <summary>The statements of <see cref="PostgresStatements"/> as parts, where a batch is not large.</summary>
/// <param name="copyRows">Rows from which on a batch of upserts is copied.</param>
internal sealed class PostgresParts(int copyRows) : IStatementParts
{
    private const int LargeRows = 500;

    public StatementPart<int>? Upsert(DbTransaction transaction, RowBatch rows)
    {
        // As it was for copying: what has been encoded for it is sent so.
        if (rows.Count >= copyRows || rows.Prepared is not null) return null;
        NpgsqlBatchCommand? question = PostgresSql.Changed(rows) is { } text ? Command(text, Bind(rows)) : null;
        if (rows.Table.CanUpsert) return new PostgresWrite(rows, question, Command(PostgresSql.Upsert(rows), Bind(rows)));
        NpgsqlBatchCommand insert = Command(PostgresSql.InsertMissing(rows), Bind(rows));
        return PostgresSql.Update(rows) is { } update
            ? new PostgresWrite(rows, question, Command(update, Bind(rows)), insert)
            : new PostgresWrite(rows, question, insert);
    }

    public StatementPart<int>? Delete(DbTransaction transaction, RowBatch keys) =>
        IsLarge(keys) ? null : new PostgresWrite(keys, null, Command(PostgresSql.Delete(keys), Bind(keys)));

    public StatementPart<IReadOnlyList<RowSight>>? Look(DbTransaction transaction, RowBatch rows) => IsLarge(rows)
        ? null
        : new PostgresQuestion<RowSight>(rows, Command(PostgresSql.Look(rows), Bind(rows)), row => Sight(rows, row));

    public StatementPart<IReadOnlyList<RowChange>>? FindReferenced(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey) => IsLarge(keys)
        ? null
        : new PostgresQuestion<RowChange>(
            keys, Command(PostgresReferenceSql.Referenced(keys, child, foreignKey), Bind(keys)), row => Change(keys, row));

    public StatementPart<IReadOnlyList<ValueHolder>>? FindHolders(DbTransaction transaction, UniqueIndex index, RowBatch rows) =>
        IsLarge(rows)
        ? null
        : new PostgresQuestion<ValueHolder>(
            rows, Command(PostgresVacatingSql.Holders(index, rows), Bind(rows)), row => Holder(rows, row));

    public Task SendAsync(DbTransaction transaction, IReadOnlyList<StatementPart> parts, CancellationToken cancellationToken) =>
        PostgresBatch.SendAsync((NpgsqlTransaction)transaction, parts, cancellationToken);

    private static bool IsLarge(RowBatch rows) => rows.Count >= LargeRows;

    private static NpgsqlBatchCommand Command(string sql, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }
}
