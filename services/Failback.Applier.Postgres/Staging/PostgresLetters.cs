using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Npgsql;
using NpgsqlTypes;
using static Failback.Applier.Postgres.Staging.PostgresCommands;

namespace Failback.Applier.Postgres.Staging;

/// <summary>Letters in a schema of the target database.</summary>
internal sealed class PostgresLetters(string schema) : ILetterStore
{
    private readonly PostgresLetterSql _sql = new(schema);

    public async Task<bool> ExistAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", (NpgsqlConnection)connection);
        command.Parameters.Add(Of(NpgsqlDbType.Text, _sql.Table));
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    public async Task<IReadOnlyList<DeadLetter>> FindAsync(
        DbConnection connection, DbTransaction? transaction, FindDeadLetters query, CancellationToken cancellationToken)
    {
        string text = transaction is null ? _sql.Find : _sql.Find + " FOR UPDATE";
        await using var command = new NpgsqlCommand(text, (NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        DeadLetterFilter filter = query.Filter;
        command.Parameters.AddRange(new[]
        {
            Of(NpgsqlDbType.Text, query.Box.Failback), Of(NpgsqlDbType.Bigint, query.After), Of(NpgsqlDbType.Text, filter.Table),
            Of(NpgsqlDbType.Text, filter.State is { } state ? Word.Of(state) : null),
            Of(NpgsqlDbType.Text, filter.ErrorClass), Of(NpgsqlDbType.TimestampTz, filter.Before?.UtcDateTime),
            Of(NpgsqlDbType.Array | NpgsqlDbType.Bigint, filter.Ids.Count > 0 ? filter.Ids.ToArray() : null),
            Of(NpgsqlDbType.Boolean, query.WithRows), Of(NpgsqlDbType.Integer, query.Limit),
        });
        var found = new List<DeadLetter>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(StagingRows.DeadLetter(row, Time));
        return found;
    }

    public async Task ChangeAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, string? reason, string? by,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_sql.Change, (NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
        command.Parameters.Add(Of(NpgsqlDbType.Array | NpgsqlDbType.Bigint, letters.ToArray()));
        command.Parameters.Add(Of(NpgsqlDbType.Text, Word.Of(state)));
        command.Parameters.Add(Of(NpgsqlDbType.Text, reason));
        command.Parameters.Add(Of(NpgsqlDbType.Text, by));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ReplaceAsync(DbTransaction transaction, long letter, ReadOnlyMemory<byte> after, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            _sql.Replace, (NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
        command.Parameters.Add(Of(NpgsqlDbType.Bigint, letter));
        command.Parameters.Add(Of(NpgsqlDbType.Bytea, after.ToArray()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<KnownVersion>> VersionsAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<long> letters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(_sql.Versions, (NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        command.Parameters.Add(Of(NpgsqlDbType.Array | NpgsqlDbType.Bigint, letters.ToArray()));
        var found = new List<KnownVersion>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            found.Add(
                new KnownVersion(row.GetInt64(0), row.GetInt64(1), StagingRows.Rank(row, 2), Word.Parse<LetterState>(row.GetString(5))));
        return found;
    }

    public Task<IReadOnlyList<(string Table, LetterState State)>> AddAsync(
        DbTransaction transaction, string failback, IReadOnlyList<Letter> letters, CancellationToken cancellationToken) =>
        QueryAsync(
            transaction.Connection!, transaction, _sql.Add,
            r => (r.GetString(0), Word.Parse<LetterState>(r.GetString(1))), cancellationToken, Text(failback),
            Texts([.. letters.Select(l => l.Table)]), Bytes([.. letters.Select(l => l.KeyDigest)]),
            Longs([.. letters.Select(l => l.Updated.Wall)]), Ints([.. letters.Select(l => l.Updated.Logical)]),
            Bytes([.. letters.Select(l => l.Key.ToArray())]), Bytes([.. letters.Select(l => l.After.ToArray())]),
            Bytes([.. letters.Select(l => l.Before.ToArray())]),
            Texts([.. letters.Select(l => Word.Of(l.State))]),
            Texts([.. letters.Select(l => l.Failure.Kind.ToString())]),
            Texts([.. letters.Select(l => l.Failure.Code)]), Texts([.. letters.Select(l => l.Failure.Message)]),
            Ints([.. letters.Select(l => l.Attempts)]));

    public async Task<(long Waiting, long Open)> SupersedeAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> applied, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> before = await QueryAsync(
            transaction.Connection!, transaction, _sql.Supersede, r => r.GetString(0), cancellationToken, Text(failback),
            Text(table),
            Bytes([.. applied.Select(v => v.Key)]), Longs([.. applied.Select(v => v.Updated.Wall)]),
            Ints([.. applied.Select(v => v.Updated.Logical)]), Bools([.. applied.Select(v => v.Deleted)]));
        long waiting = before.Count(s => s == Word.Of(LetterState.Waiting));
        return (waiting, before.Count - waiting);
    }

    public Task<IReadOnlyList<Letter>> ReadWaitingAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken) =>
        QueryAsync(
            transaction.Connection!, transaction, _sql.ReadWaiting, StagingRows.Letter, cancellationToken, Text(failback), Texts(tables),
            new NpgsqlParameter { Value = limit });

    public async Task SettleAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, CancellationToken cancellationToken)
    {
        if (letters.Count > 0)
            await RunAsync(
                transaction, _sql.Settle, cancellationToken, Longs([.. letters]), Text(Word.Of(state)));
    }

    public Task<IReadOnlyList<OpenLetters>> ReadOpenAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        QueryAsync(
            connection, null, _sql.ReadOpen,
            r => new OpenLetters(r.GetString(0), StagingRows.Timestamp(r, 1), r.GetInt64(3), r.GetInt64(4)),
            cancellationToken, Text(failback), Texts(tables));

    private static DateTimeOffset Time(DbDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    private static NpgsqlParameter Of(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
