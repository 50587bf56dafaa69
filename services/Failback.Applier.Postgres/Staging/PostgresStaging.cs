using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Staging;
using Failback.Contracts;
using Npgsql;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Staging;

/// <summary>Our tables in a schema of the target database.</summary>
internal sealed class PostgresStaging(string schema) : IStagingStore
{
    private readonly PostgresStagingSql _sql = new(schema);

    /// <summary>Replicas start together; the advisory lock lets one of them create while the others wait.</summary>
    public async Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(transaction, "SELECT pg_advisory_xact_lock(hashtext($1))", cancellationToken, Text(schema));
        foreach (string statement in _sql.Create) await RunAsync(transaction, statement, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task RegisterAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await RunAsync(connection, _sql.Register, cancellationToken, Text(failback), Texts(tables));
        await RunAsync(connection, _sql.ForgetPublishers, cancellationToken, Text(failback));
    }

    public async Task<IReadOnlyList<string>> BeatAsync(
        DbConnection connection, string replica, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await RunAsync(connection, _sql.Beat, cancellationToken, Text(replica));
        return await ReadAsync(
            connection, null, _sql.Live, r => r.GetString(0), cancellationToken, new NpgsqlParameter { Value = lifetime });
    }

    public Task LeaveAsync(DbConnection connection, string replica, CancellationToken cancellationToken) =>
        RunAsync(connection, _sql.Leave, cancellationToken, Text(replica));

    public Task<IReadOnlyList<TableCheckpoint>> TakeOverAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, string replica, CancellationToken cancellationToken) =>
        ReadAsync(connection, null, _sql.TakeOver, Checkpoint, cancellationToken, Text(failback), Texts(tables), Text(replica));

    public Task<IReadOnlyList<TableCheckpoint>> ReadAsync(DbConnection connection, string failback, CancellationToken cancellationToken) =>
        ReadAsync(connection, null, _sql.Read, Checkpoint, cancellationToken, Text(failback));

    public Task<IReadOnlyList<TableCheckpoint>> LockAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        ReadAsync(transaction.Connection!, transaction, _sql.Lock, Checkpoint, cancellationToken, Text(failback), Texts(tables));

    public Task AdvanceAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableAdvance> advances, CancellationToken cancellationToken) =>
        RunAsync(
            transaction, _sql.Advance, cancellationToken, Text(failback), Texts([.. advances.Select(a => a.Table)]),
            Longs([.. advances.Select(a => a.Resolved.Wall)]), Ints([.. advances.Select(a => a.Resolved.Logical)]),
            Bools([.. advances.Select(a => a.Consistent)]),
            Longs([.. advances.Select(a => a.Added.Received)]), Longs([.. advances.Select(a => a.Added.Applied)]),
            Longs([.. advances.Select(a => a.Added.Superseded)]),
            Longs([.. advances.Select(a => a.Added.Filtered)]), Longs([.. advances.Select(a => a.Added.DeadLettered)]));

    public Task CountAsync(
        DbTransaction transaction, string failback, IReadOnlyList<(string Table, Counters Added)> counts,
        CancellationToken cancellationToken) =>
        RunAsync(
            transaction, _sql.Count, cancellationToken, Text(failback), Texts([.. counts.Select(c => c.Table)]),
            Longs([.. counts.Select(c => c.Added.Applied)]), Longs([.. counts.Select(c => c.Added.Superseded)]),
            Longs([.. counts.Select(c => c.Added.Filtered)]),
            Longs([.. counts.Select(c => c.Added.DeadLettered)]));

    public Task<IReadOnlyList<PublisherPosition>> ReadPositionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        ReadAsync(
            connection, null, _sql.ReadPositions, r => new PublisherPosition(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3)),
            cancellationToken, Text(failback), Texts(tables));

    public Task SavePositionsAsync(
        DbTransaction transaction, string failback, IReadOnlyList<PublisherPosition> positions, CancellationToken cancellationToken) =>
        RunAsync(
            transaction, _sql.SavePositions, cancellationToken, Text(failback), Texts([.. positions.Select(p => p.Table)]),
            Texts([.. positions.Select(p => p.Publisher)]),
            Longs([.. positions.Select(p => p.Sequence)]), Longs([.. positions.Select(p => p.Total)]));

    public Task<IReadOnlyList<RowVersion>> ReadVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken) =>
        ReadAsync(
            transaction.Connection!, transaction, _sql.ReadVersions,
            r => new RowVersion(r.GetFieldValue<byte[]>(0), new HlcTimestamp(r.GetInt64(1), r.GetInt32(2)), r.GetBoolean(3)),
            cancellationToken, Text(failback), Text(table), Bytes(keys));

    public Task SaveVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> versions,
        CancellationToken cancellationToken) =>
        RunAsync(
            transaction, _sql.SaveVersions, cancellationToken, Text(failback), Text(table), Bytes([.. versions.Select(v => v.Key)]),
            Longs([.. versions.Select(v => v.Updated.Wall)]), Ints([.. versions.Select(v => v.Updated.Logical)]),
            Bools([.. versions.Select(v => v.Deleted)]));

    public Task PruneVersionsAsync(
        DbTransaction transaction, string failback, string table, HlcTimestamp resolved, CancellationToken cancellationToken) =>
        RunAsync(
            transaction, _sql.PruneVersions, cancellationToken, Text(failback), Text(table), Long(resolved.Wall),
            new NpgsqlParameter { Value = resolved.Logical });

    public async Task<IReadOnlyDictionary<string, HlcTimestamp>> HighestVersionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Table, HlcTimestamp Updated)> found = await ReadAsync(
            connection, null, _sql.HighestVersions, r => (r.GetString(0), new HlcTimestamp(r.GetInt64(1), r.GetInt32(2))),
            cancellationToken, Text(failback), Texts(tables));
        return found.ToDictionary(f => f.Table, f => f.Updated, StringComparer.Ordinal);
    }

    public Task<IReadOnlyList<(string Table, LetterState State)>> AddLettersAsync(
        DbTransaction transaction, string failback, IReadOnlyList<Letter> letters, CancellationToken cancellationToken) =>
        ReadAsync(
            transaction.Connection!, transaction, _sql.AddLetters,
            r => (r.GetString(0), r.GetString(1) == PostgresStagingSql.StateText(LetterState.Open)
                ? LetterState.Open
                : LetterState.Waiting), cancellationToken, Text(failback), Texts([.. letters.Select(l => l.Table)]),
                Bytes([.. letters.Select(l => l.KeyDigest)]),
            Longs([.. letters.Select(l => l.Updated.Wall)]), Ints([.. letters.Select(l => l.Updated.Logical)]),
            Bytes([.. letters.Select(l => l.Key.ToArray())]), Bytes([.. letters.Select(l => l.After.ToArray())]),
            Bytes([.. letters.Select(l => l.Before.ToArray())]),
            Texts([.. letters.Select(l => PostgresStagingSql.StateText(l.State))]),
            Texts([.. letters.Select(l => l.Failure.Kind.ToString())]),
            Texts([.. letters.Select(l => l.Failure.Code)]), Texts([.. letters.Select(l => l.Failure.Message)]),
            Ints([.. letters.Select(l => l.Attempts)]));

    public async Task<(long Waiting, long Open)> SupersedeLettersAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> applied, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> before = await ReadAsync(
            transaction.Connection!, transaction, _sql.SupersedeLetters, r => r.GetString(0), cancellationToken, Text(failback),
            Text(table),
            Bytes([.. applied.Select(v => v.Key)]), Longs([.. applied.Select(v => v.Updated.Wall)]),
            Ints([.. applied.Select(v => v.Updated.Logical)]));
        long waiting = before.Count(s => s == PostgresStagingSql.StateText(LetterState.Waiting));
        return (waiting, before.Count - waiting);
    }

    public Task<IReadOnlyList<Letter>> ReadWaitingAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken) =>
        ReadAsync(
            transaction.Connection!, transaction, _sql.ReadWaiting, LetterOf, cancellationToken, Text(failback), Texts(tables),
            new NpgsqlParameter { Value = limit });

    public async Task SettleLettersAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, CancellationToken cancellationToken)
    {
        if (letters.Count > 0)
            await RunAsync(
                transaction, _sql.SettleLetters, cancellationToken, Longs([.. letters]), Text(PostgresStagingSql.StateText(state)));
    }

    public Task<IReadOnlyList<OpenLetters>> ReadOpenAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        ReadAsync(
            connection, null, _sql.ReadOpen,
            r => new OpenLetters(r.GetString(0), new HlcTimestamp(r.GetInt64(1), r.GetInt32(2)), r.GetInt64(3), r.GetInt64(4)),
            cancellationToken, Text(failback), Texts(tables));

    private static TableCheckpoint Checkpoint(NpgsqlDataReader row) => new(
        row.GetString(0), new HlcTimestamp(row.GetInt64(1), row.GetInt32(2)), row.GetInt64(3), row.GetInt64(4), row.GetBoolean(5),
        new Counters(row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10)));

    private static Letter LetterOf(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Table = row.GetString(1),
        KeyDigest = row.GetFieldValue<byte[]>(2),
        Updated = new HlcTimestamp(row.GetInt64(3), row.GetInt32(4)),
        Key = row.GetFieldValue<byte[]>(5),
        After = row.GetFieldValue<byte[]>(6),
        Before = row.GetFieldValue<byte[]>(7),
        State = LetterState.Waiting,
        Failure = new Failure(FailureKind.Unknown, row.GetString(8), row.GetString(9)),
        Attempts = row.GetInt32(10),
    };

    private static NpgsqlParameter Text(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Long(long value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter Texts(IReadOnlyList<string> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    private static NpgsqlParameter Bytes(IReadOnlyList<byte[]> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };

    private static NpgsqlParameter Longs(long[] values) =>
        new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter Ints(int[] values) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };

    private static NpgsqlParameter Bools(bool[] values) =>
        new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean };

    private static Task RunAsync(
        DbTransaction transaction, string text, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) =>
        RunAsync(transaction.Connection!, transaction, text, parameters, cancellationToken);

    private static Task RunAsync(
        DbConnection connection, string text, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) =>
        RunAsync(connection, null, text, parameters, cancellationToken);

    private static async Task RunAsync(
        DbConnection connection, DbTransaction? transaction, string text, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, (NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        DbConnection connection, DbTransaction? transaction, string text, Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(text, (NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        command.Parameters.AddRange(parameters);
        var found = new List<T>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(read(row));
        return found;
    }
}
