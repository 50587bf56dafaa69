using System.Data.Common;
using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Writing;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Staging;
using Failback.Contracts;
using MySqlConnector;
using static Failback.Applier.MySql.Writing.MySqlCommands;

namespace Failback.Applier.MySql.Staging;

/// <summary>Our tables in a database of their own on the target server.</summary>
internal sealed class MySqlStaging(string schema) : IStagingStore
{
    private const int WallDigits = 20;

    private readonly MySqlStagingSql _sql = new(schema);

    /// <summary>The database is only created where it is missing, so that an operator may provide it.</summary>
    public async Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        IReadOnlyList<bool> exists = await QueryAsync(
            connection, null, MySqlStagingSql.DatabaseExists, r => r.GetBoolean(0), cancellationToken, schema);
        if (!exists[0]) await RunAsync(connection, null, _sql.CreateDatabase, cancellationToken);
        foreach (string statement in _sql.Create) await RunAsync(connection, null, statement, cancellationToken);
        await MySqlStagingColumns.AddAsync((MySqlConnection)connection, schema, cancellationToken);
    }

    public async Task RegisterAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await RunAsync(
            connection, null, List(_sql.Register, tables, "(?, ?)"), cancellationToken,
            [.. tables.SelectMany(t => new object[] { failback, t })]);
        await RunAsync(connection, null, _sql.ForgetPublishers, cancellationToken, failback);
    }

    public async Task<IReadOnlyList<string>> BeatAsync(
        DbConnection connection, string replica, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await RunAsync(connection, null, _sql.Beat, cancellationToken, replica);
        return await QueryAsync(connection, null, _sql.Live, r => r.GetString(0), cancellationToken, (long)lifetime.TotalMicroseconds);
    }

    public Task LeaveAsync(DbConnection connection, string replica, CancellationToken cancellationToken) =>
        RunAsync(connection, null, _sql.Leave, cancellationToken, replica);

    public async Task<IReadOnlyList<TableCheckpoint>> TakeOverAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, string replica, CancellationToken cancellationToken)
    {
        await MySqlNamedLock.EndOthersAsync(
            (MySqlConnection)connection, [.. tables.Select(t => MySqlNamedLock.Name(schema, failback, t))], cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        await RunAsync(connection, transaction, List(_sql.TakeOver, tables), cancellationToken, [replica, failback, .. tables]);
        IReadOnlyList<TableCheckpoint> taken = await QueryAsync(
            connection, transaction, List(_sql.ReadTables, tables), Checkpoint, cancellationToken, [failback, .. tables]);
        await transaction.CommitAsync(cancellationToken);
        return taken;
    }

    public Task<IReadOnlyList<TableCheckpoint>> ReadAsync(DbConnection connection, string failback, CancellationToken cancellationToken) =>
        QueryAsync(connection, null, _sql.Read, Checkpoint, cancellationToken, failback);

    public Task<IReadOnlyList<TableCheckpoint>> LockAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        QueryAsync(
            transaction.Connection!, transaction, MySqlNamedLock.Take + List(_sql.Lock, tables), Checkpoint, cancellationToken,
            [MySqlNamedLock.Name(schema, failback, tables.Order(StringComparer.Ordinal).First()), failback, .. tables]);

    public async Task CountAsync(
        DbTransaction transaction, string failback, IReadOnlyList<(string Table, Counters Added)> counts,
        CancellationToken cancellationToken)
    {
        var bulk = MySqlBulk.Statements(transaction);
        foreach ((string table, Counters added) in counts)
            await bulk.AddAsync(
                _sql.Count, [added.Applied, added.Superseded, added.Filtered, added.DeadLettered, failback, table], cancellationToken);
        await bulk.FlushAsync(cancellationToken);
    }

    public async Task AdvanceAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableAdvance> advances, CancellationToken cancellationToken)
    {
        var bulk = MySqlBulk.Statements(transaction);
        foreach (TableAdvance a in advances)
        {
            await bulk.AddAsync(
                _sql.Advance,
                [a.Resolved.Wall, a.Resolved.Logical, a.Consistent, a.Added.Received, a.Added.Applied, a.Added.Superseded, a.Added.Filtered,
                    a.Added.DeadLettered, failback, a.Table],
                cancellationToken);
        }

        await bulk.FlushAsync(cancellationToken);
    }

    public Task<IReadOnlyList<PublisherPosition>> ReadPositionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        QueryAsync(
            connection, null, List(_sql.ReadPositions, tables),
            r => new PublisherPosition(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3)),
            cancellationToken, [failback, .. tables]);

    public Task SavePositionsAsync(
        DbTransaction transaction, string failback, IReadOnlyList<PublisherPosition> positions, CancellationToken cancellationToken) =>
        InsertAsync(
            transaction, _sql.SavePositions, MySqlStagingSql.PositionRow, MySqlStagingSql.ReplacePosition,
            positions.Select(p => new object?[] { failback, p.Table, p.Publisher, p.Sequence, p.Total }), cancellationToken);

    public async Task<IReadOnlyList<RowVersion>> ReadVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken)
    {
        var found = new List<RowVersion>();
        foreach (byte[][] part in keys.Chunk(KeysPerQuery))
        {
            found.AddRange(await QueryAsync(
                transaction.Connection!, transaction, List(_sql.ReadVersions, part),
                r => new RowVersion((byte[])r.GetValue(0), new HlcTimestamp(r.GetInt64(1), r.GetInt32(2)), r.GetBoolean(3)),
                cancellationToken, [failback, table, .. part]));
        }

        return found;
    }

    public Task SaveVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> versions,
        CancellationToken cancellationToken) =>
        InsertAsync(
            transaction, _sql.SaveVersions, "(?, ?, ?, ?, ?, ?)", MySqlStagingSql.ReplaceVersion,
            versions.Select(v => new object?[] { failback, table, v.Key, v.Updated.Wall, v.Updated.Logical, v.Deleted }),
            cancellationToken);

    public Task PruneVersionsAsync(
        DbTransaction transaction, string failback, string table, HlcTimestamp resolved, CancellationToken cancellationToken) =>
        RunAsync(
            transaction.Connection!, transaction, _sql.PruneVersions, cancellationToken, failback, table, resolved.Wall, resolved.Wall,
            resolved.Logical);

    public async Task<IReadOnlyDictionary<string, HlcTimestamp>> HighestVersionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Table, HlcTimestamp Updated)> found = await QueryAsync(
            connection, null, List(_sql.HighestVersions, tables), r => (r.GetString(0), new HlcTimestamp(r.GetInt64(1), r.GetInt32(2))),
            cancellationToken, [failback, .. tables, failback]);
        return found.ToDictionary(f => f.Table, f => f.Updated, StringComparer.Ordinal);
    }

    public async Task<IReadOnlyList<(string Table, LetterState State)>> AddLettersAsync(
        DbTransaction transaction, string failback, IReadOnlyList<Letter> letters, CancellationToken cancellationToken)
    {
        RefuseOversized(MySqlServer.Of((MySqlConnection)transaction.Connection!), letters);
        var before = new List<(string, LetterState)>();
        foreach (IGrouping<string, Letter> table in letters.GroupBy(l => l.Table, StringComparer.Ordinal))
        {
            HashSet<(string, HlcTimestamp)> versions = [.. table.Select(l => (Convert.ToHexString(l.KeyDigest), l.Updated))];
            IReadOnlyList<StoredLetter> stored = await LettersOfAsync(
                transaction, failback, table.Key, [.. table.Select(l => l.KeyDigest)], cancellationToken);
            before.AddRange(stored.Where(s => versions.Contains((s.Key, s.Updated))).Select(s => (table.Key, s.State)));
        }

        await InsertAsync(
            transaction, _sql.AddLetters, "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", MySqlStagingSql.ReplaceLetter,
            letters.Select(l => new object?[]
            {
                failback, l.Table, l.KeyDigest, l.Updated.Wall, l.Updated.Logical, l.Key.ToArray(), l.After.ToArray(), l.Before.ToArray(),
                MySqlStagingSql.StateText(l.State), l.Failure.Kind.ToString(), l.Failure.Code, l.Failure.Message, l.Attempts,
            }),
            cancellationToken);
        return before;
    }

    /// <summary>What the server takes in no statement cannot be kept as a letter either: somebody has to raise the limit.</summary>
    private static void RefuseOversized(MySqlServer server, IReadOnlyList<Letter> letters)
    {
        foreach (Letter letter in letters)
        {
            long size = MySqlBulk.Size(letter.Key.ToArray()) + MySqlBulk.Size(letter.After.ToArray())
                + MySqlBulk.Size(letter.Before.ToArray()) + MySqlBulk.Reserve;
            if (size <= server.MaxPacket) continue;
            throw new GroupHaltedException(
                new Failure(
                    FailureKind.Data, "max_allowed_packet",
                    $"a row of {letter.Table} is larger than the target's max_allowed_packet of {server.MaxPacket} bytes: set it to "
                        + $"{size} or more"),
                letter.Table);
        }
    }

    public async Task<(long Waiting, long Open)> SupersedeLettersAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> applied, CancellationToken cancellationToken)
    {
        Dictionary<string, HlcTimestamp> versions = applied.ToDictionary(
            v => Convert.ToHexString(v.Key), v => v.Updated, StringComparer.Ordinal);
        IReadOnlyList<StoredLetter> stored = await LettersOfAsync(
            transaction, failback, table, [.. applied.Select(v => v.Key)], cancellationToken);
        List<StoredLetter> older = [.. stored.Where(s => s.Updated < versions[s.Key])];
        await UpdateAsync(transaction, _sql.SupersedeLetters, [.. older.Select(s => s.Id)], cancellationToken);
        long waiting = older.Count(s => s.State == LetterState.Waiting);
        return (waiting, older.Count - waiting);
    }

    public Task<IReadOnlyList<Letter>> ReadWaitingAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken) =>
        QueryAsync(
            transaction.Connection!, transaction, List(_sql.ReadWaiting, tables)
            + limit.ToString(System.Globalization.CultureInfo.InvariantCulture), LetterOf,
            cancellationToken, [failback, .. tables]);

    public Task SettleLettersAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, CancellationToken cancellationToken) =>
        UpdateAsync(transaction, _sql.SettleLetters(state), letters, cancellationToken);

    public Task<IReadOnlyList<OpenLetters>> ReadOpenAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        QueryAsync(connection, null, List(_sql.ReadOpen, tables), OpenOf, cancellationToken, [failback, .. tables]);

    private async Task<IReadOnlyList<StoredLetter>> LettersOfAsync(
        DbTransaction transaction, string failback, string table, byte[][] keys, CancellationToken cancellationToken)
    {
        var found = new List<StoredLetter>();
        foreach (byte[][] part in keys.Chunk(KeysPerQuery))
        {
            found.AddRange(await QueryAsync(
                transaction.Connection!, transaction, List(_sql.LettersOf, part),
                r => new StoredLetter(
                    r.GetInt64(0), Convert.ToHexString((byte[])r.GetValue(2)), new HlcTimestamp(r.GetInt64(3), r.GetInt32(4)),
                    StateOf(r.GetString(5))),
                cancellationToken, [failback, table, .. part]));
        }

        return found;
    }

    private static LetterState StateOf(string text) =>
        text == MySqlStagingSql.StateText(LetterState.Open) ? LetterState.Open : LetterState.Waiting;

    private static TableCheckpoint Checkpoint(MySqlDataReader row) => new(
        row.GetString(0), new HlcTimestamp(row.GetInt64(1), row.GetInt32(2)), row.GetInt64(3), row.GetInt64(4), row.GetBoolean(5),
        new Counters(row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10)));

    private static OpenLetters OpenOf(MySqlDataReader row)
    {
        string oldest = row.GetString(1);
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return new OpenLetters(
            row.GetString(0), new HlcTimestamp(long.Parse(oldest[..WallDigits], culture), int.Parse(oldest[WallDigits..], culture)),
            row.GetInt64(2), row.GetInt64(3));
    }

    private static Letter LetterOf(MySqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Table = row.GetString(1),
        KeyDigest = (byte[])row.GetValue(2),
        Updated = new HlcTimestamp(row.GetInt64(3), row.GetInt32(4)),
        Key = (byte[])row.GetValue(5),
        After = (byte[])row.GetValue(6),
        Before = (byte[])row.GetValue(7),
        State = LetterState.Waiting,
        Failure = new Failure(FailureKind.Unknown, row.GetString(8), row.GetString(9)),
        Attempts = row.GetInt32(10),
    };

    private sealed record StoredLetter(long Id, string Key, HlcTimestamp Updated, LetterState State);
}
