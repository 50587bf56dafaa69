using System.Data.Common;
using System.Globalization;
using Failback.Applier.Oracle.Catalog;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Staging;
using Failback.Contracts;

namespace Failback.Applier.Oracle.Staging;

/// <summary>Our tables in the target. Oracle's schemas are users: one is only used, never made.</summary>
internal sealed class OracleStaging(string schema) : IStagingStore
{
    private const int AlreadyExists = 955;
    private const int ColumnExists = 1430;
    private const int WallDigits = 20;

    private OracleStagingSql _sql = new(schema, inOwnSchema: false);

    /// <summary>
    /// Replicas start together: a table or column that another has just made is no error. Of an earlier build's tables columns may be
    /// missing.
    /// </summary>
    public async Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        OracleSession session = (OracleSession)connection;
        _sql = await OracleStagingSql.InAsync(session, schema, cancellationToken);
        foreach ((string table, string create) in OracleStagingTables.Names.Zip(_sql.Create))
        {
            if (!await _sql.HasTableAsync(session, table, cancellationToken))
                await AlterAsync(session, create, AlreadyExists, cancellationToken);
        }

        foreach ((string table, string column, string type) in OracleStagingSql.Added)
        {
            (string owner, string name) = _sql.Name(table);
            OracleArgument[] arguments = [
                new("owner", OracleBind.Text, owner.Length == 0 ? null : owner), OracleArgument.Of("name", name),
                OracleArgument.Of("column_name", column)];
            if (!(await session.ReadAsync(OracleStagingSql.ColumnExists, arguments, r => r.Flag(0), cancellationToken))[0])
                await AlterAsync(session, _sql.Add(table, column, type), ColumnExists, cancellationToken);
        }
    }

    public async Task RegisterAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        var session = (OracleSession)connection;
        await RunAsync(session, _sql.Register, Of(failback, tables, t => t), cancellationToken);
        await session.RunAsync(_sql.ForgetPublishers, [OracleArgument.Of("failback", failback)], cancellationToken);
    }

    public async Task<IReadOnlyList<string>> BeatAsync(
        DbConnection connection, string replica, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var session = (OracleSession)connection;
        await session.RunAsync(_sql.Beat, [OracleArgument.Of("replica", replica)], cancellationToken);
        string interval = lifetime.ToString(@"d' 'hh\:mm\:ss\.ffffff", CultureInfo.InvariantCulture);
        return await session.ReadAsync(_sql.Live, [OracleArgument.Of("lifetime", interval)], r => r.Text(0), cancellationToken);
    }

    public Task LeaveAsync(DbConnection connection, string replica, CancellationToken cancellationToken) =>
        ((OracleSession)connection).RunAsync(_sql.Leave, [OracleArgument.Of("replica", replica)], cancellationToken);

    public async Task<IReadOnlyList<TableCheckpoint>> TakeOverAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, string replica, CancellationToken cancellationToken)
    {
        var session = (OracleSession)connection;
        await using DbTransaction transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        await RunAsync(
            session, _sql.TakeOver, Of(failback, [.. tables.Order(StringComparer.Ordinal)], t => t).Text("owner", _ => replica),
            cancellationToken);
        IReadOnlyList<TableCheckpoint> taken = await ByTableAsync(
            session, _sql.ReadTables, failback, tables, Checkpoint, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return taken;
    }

    public async Task<IReadOnlyList<TableCheckpoint>> ReadAsync(
        DbConnection connection, string failback, CancellationToken cancellationToken) =>
        await ((OracleSession)connection).ReadAsync(_sql.Read, [OracleArgument.Of("failback", failback)], Checkpoint, cancellationToken);

    public Task<IReadOnlyList<TableCheckpoint>> LockAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        ByTableAsync(Session(transaction), _sql.Lock, failback, tables, Checkpoint, cancellationToken);

    public Task AdvanceAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableAdvance> advances, CancellationToken cancellationToken) => RunAsync(
        Session(transaction), _sql.Advance,
        Of(failback, advances, a => a.Table).Number("wall", a => a.Resolved.Wall).Number("logical", a => a.Resolved.Logical)
        .Number("consistent", a => a.Consistent ? 1 : 0)
            .Number("received", a => a.Added.Received).Number("applied", a => a.Added.Applied).Number("superseded", a => a.Added.Superseded)
            .Number("filtered", a => a.Added.Filtered).Number("dead_lettered", a => a.Added.DeadLettered),
        cancellationToken);

    public Task CountAsync(
        DbTransaction transaction, string failback, IReadOnlyList<(string Table, Counters Added)> counts,
        CancellationToken cancellationToken) => RunAsync(
        Session(transaction), _sql.Count,
        Of(failback, counts, c => c.Table).Number("applied", c => c.Added.Applied).Number("superseded", c => c.Added.Superseded)
        .Number("filtered", c => c.Added.Filtered)
            .Number("dead_lettered", c => c.Added.DeadLettered),
        cancellationToken);

    public Task<IReadOnlyList<PublisherPosition>> ReadPositionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) => ByTableAsync(
        (OracleSession)connection, _sql.ReadPositions, failback, tables,
        r => new PublisherPosition(r.Text(0), r.Text(1), r.Number(2), r.Number(3)), cancellationToken);

    public Task SavePositionsAsync(
        DbTransaction transaction, string failback, IReadOnlyList<PublisherPosition> positions, CancellationToken cancellationToken) =>
        RunAsync(
        Session(transaction), _sql.SavePositions,
        Of(failback, positions, p => p.Table).Text("publisher", p => p.Publisher).Number("sequence", p => p.Sequence)
        .Number("total", p => p.Total),
        cancellationToken);

    public Task<IReadOnlyList<RowVersion>> ReadVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken) =>
        ByKeyAsync(
        Session(transaction), _sql.ReadVersions, failback, table, keys, r => new RowVersion(r.Bytes(0), Version(r, 1), r.Flag(3)),
        cancellationToken);

    public Task SaveVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> versions,
        CancellationToken cancellationToken) => RunAsync(
        Session(transaction), _sql.SaveVersions,
        Of(failback, versions, _ => table).Raw("key_digest", v => v.Key).Number("wall", v => v.Updated.Wall)
        .Number("logical", v => v.Updated.Logical).Number("deleted", v => v.Deleted ? 1 : 0),
        cancellationToken);

    public Task PruneVersionsAsync(
        DbTransaction transaction, string failback, string table, HlcTimestamp resolved, CancellationToken cancellationToken) =>
        Session(transaction).RunAsync(
            _sql.PruneVersions,
            [OracleArgument.Of("failback", failback), OracleArgument.Of("table_name", table), OracleArgument.Of("wall", resolved.Wall),
                OracleArgument.Of("logical", resolved.Logical)],
            cancellationToken);

    public async Task<IReadOnlyDictionary<string, HlcTimestamp>> HighestVersionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Table, HlcTimestamp Updated)> found = await ByTableAsync(
            (OracleSession)connection, _sql.HighestVersions, failback, tables, r => (r.Text(0), Padded(r.Text(1))), cancellationToken);
        return found.ToDictionary(f => f.Table, f => f.Updated, StringComparer.Ordinal);
    }

    public async Task<IReadOnlyList<(string Table, LetterState State)>> AddLettersAsync(
        DbTransaction transaction, string failback, IReadOnlyList<Letter> letters, CancellationToken cancellationToken)
    {
        OracleSession session = Session(transaction);
        var before = new List<(string, LetterState)>();
        var there = new HashSet<(string Table, string Key, HlcTimestamp Updated)>();
        foreach (IGrouping<string, Letter> table in letters.GroupBy(l => l.Table, StringComparer.Ordinal))
        {
            HashSet<(string, HlcTimestamp)> versions = [.. table.Select(l => (Convert.ToHexString(l.KeyDigest), l.Updated))];
            byte[][] keys = [.. table.Select(l => l.KeyDigest)];
            IReadOnlyList<StoredLetter> stored = await LettersOfAsync(session, failback, table.Key, keys, cancellationToken);
            before.AddRange(stored.Where(s => versions.Contains((s.Key, s.Updated))).Select(s => (table.Key, s.State)));
            there.UnionWith(
                await ByKeyAsync(
                    session, _sql.LettersThere, failback, table.Key, keys, r => (table.Key, Convert.ToHexString(r.Bytes(0)), Version(r, 1)),
                    cancellationToken));
        }

        ILookup<bool, Letter> known = letters.ToLookup(l => there.Contains((l.Table, Convert.ToHexString(l.KeyDigest), l.Updated)));
        await RunAsync(session, _sql.ReplaceLetter, Letters(failback, [.. known[true]]), cancellationToken);
        await RunAsync(
            session, _sql.AddLetter,
            Letters(failback, [.. known[false]]).Number("attempts", l => l.Attempts).Blob("key_json", l => l.Key)
            .Blob("after_json", l => l.After).Blob("before_json", l => l.Before),
            cancellationToken);
        return before;
    }

    public async Task<(long Waiting, long Open)> SupersedeLettersAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> applied, CancellationToken cancellationToken)
    {
        OracleSession session = Session(transaction);
        Dictionary<string, HlcTimestamp> versions = applied.ToDictionary(
            v => Convert.ToHexString(v.Key), v => v.Updated, StringComparer.Ordinal);
        IReadOnlyList<StoredLetter> stored = await LettersOfAsync(
            session, failback, table, [.. applied.Select(v => v.Key)], cancellationToken);
        List<StoredLetter> older = [.. stored.Where(s => s.Updated < versions[s.Key])];
        await RunAsync(session, _sql.SupersedeLetter, new OracleArguments<StoredLetter>(older).Number("id", s => s.Id), cancellationToken);
        long waiting = older.Count(s => s.State == LetterState.Waiting);
        return (waiting, older.Count - waiting);
    }

    public async Task<IReadOnlyList<Letter>> ReadWaitingAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken)
    {
        OracleList list = OracleList.Of("c.table_name", tables);
        OracleArgument[] arguments = [OracleArgument.Of("failback", failback), .. list.Arguments, OracleArgument.Of("rows_wanted", limit)];
        return await Session(transaction).ReadAsync(list.In(_sql.ReadWaiting), arguments, LetterOf, cancellationToken);
    }

    public Task SettleLettersAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, CancellationToken cancellationToken) =>
        RunAsync(
            Session(transaction), _sql.SettleLetter(state), new OracleArguments<long>(letters).Number("id", id => id), cancellationToken);

    public Task<IReadOnlyList<OpenLetters>> ReadOpenAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) => ByTableAsync(
        (OracleSession)connection, _sql.ReadOpen, failback, tables,
        r => new OpenLetters(r.Text(0), Padded(r.Text(1)), r.Number(2), r.Number(3)), cancellationToken);

    private static async Task AlterAsync(OracleSession session, string statement, int done, CancellationToken cancellationToken)
    {
        try
        {
            await session.RunAsync(statement, [], cancellationToken);
        }
        catch (DbException e) when (session.Driver.ErrorNumber(e) == done)
        {
            return; // another replica was faster
        }
    }

    private Task<IReadOnlyList<StoredLetter>> LettersOfAsync(
        OracleSession session, string failback, string table, byte[][] keys, CancellationToken cancellationToken) => ByKeyAsync(
        session, _sql.LettersOf, failback, table, keys,
        r => new StoredLetter(
            r.Number(0), Convert.ToHexString(r.Bytes(1)), Version(r, 2), r.Text(4) == OracleStagingSql.StateText(LetterState.Open)
            ? LetterState.Open
            : LetterState.Waiting),
        cancellationToken);

    private static OracleArguments<Letter> Letters(string failback, IReadOnlyList<Letter> letters) => Of(failback, letters, l => l.Table)
        .Raw("key_digest", l => l.KeyDigest).Number("wall", l => l.Updated.Wall).Number("logical", l => l.Updated.Logical)
        .Text("state", l => OracleStagingSql.StateText(l.State))
        .Text("error_class", l => l.Failure.Kind.ToString()).Text("error_code", l => l.Failure.Code)
        .Text("error_message", l => l.Failure.Message);

    /// <summary>Lowest or highest version of a group, as the statement wrote it.</summary>
    private static HlcTimestamp Padded(string text) =>
        new(long.Parse(text.AsSpan(0, WallDigits), CultureInfo.InvariantCulture),
            int.Parse(text.AsSpan(WallDigits), CultureInfo.InvariantCulture));

    private static HlcTimestamp Version(OracleRecord row, int column) => new(row.Number(column), (int)row.Number(column + 1));

    private static TableCheckpoint Checkpoint(OracleRecord row) => new(
        row.Text(0), Version(row, 1), row.Number(3), row.Number(4), row.Flag(5),
        new Counters(row.Number(6), row.Number(7), row.Number(8), row.Number(9), row.Number(10)));

    private static Letter LetterOf(OracleRecord row) => new()
    {
        Id = row.Number(0),
        Table = row.Text(1),
        KeyDigest = row.Bytes(2),
        Updated = Version(row, 3),
        Key = row.Bytes(5),
        After = row.Bytes(6),
        Before = row.Bytes(7),
        State = LetterState.Waiting,
        Failure = new Failure(FailureKind.Unknown, row.Text(8), row.Text(9)),
        Attempts = (int)row.Number(10),
    };

    private static OracleArguments<T> Of<T>(string failback, IReadOnlyList<T> rows, Func<T, string> table) =>
        new OracleArguments<T>(rows).Text("failback", _ => failback).Text("table_name", table);

    private static async Task RunAsync<T>(OracleSession session, string text, OracleArguments<T> rows, CancellationToken cancellationToken)
    {
        if (rows.Count > 0) await session.RunAsync(text, rows.All, cancellationToken, rows.Count);
    }

    private static async Task<IReadOnlyList<T>> ByTableAsync<T>(
        OracleSession session, string text, string failback, IReadOnlyList<string> tables, Func<OracleRecord, T> read,
        CancellationToken cancellationToken)
    {
        OracleList list = OracleList.Of("c.table_name", tables);
        return await session.ReadAsync(
            list.In(text), [OracleArgument.Of("failback", failback), .. list.Arguments], read, cancellationToken);
    }

    private static async Task<IReadOnlyList<T>> ByKeyAsync<T>(
        OracleSession session, string text, string failback, string table, IReadOnlyList<byte[]> keys, Func<OracleRecord, T> read,
        CancellationToken cancellationToken)
    {
        var found = new List<T>();
        foreach (byte[][] part in keys.Chunk(OracleList.Longest))
        {
            OracleList list = OracleList.Of("t.key_digest", part);
            found.AddRange(
                await session.ReadAsync(
                    list.In(text), [OracleArgument.Of("failback", failback), OracleArgument.Of("table_name", table), .. list.Arguments],
                    read, cancellationToken));
        }

        return found;
    }

    private static OracleSession Session(DbTransaction transaction) => (OracleSession)transaction.Connection!;

    private sealed record StoredLetter(long Id, string Key, HlcTimestamp Updated, LetterState State);
}
