using System.Data.Common;
using System.Globalization;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using static Failback.Applier.Oracle.Staging.OracleCommands;

namespace Failback.Applier.Oracle.Staging;

/// <summary>Letters in the target.</summary>
internal sealed class OracleLetters(string schema) : ILetterStore
{
    public async Task<bool> ExistAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var session = (OracleSession)connection;
        return await (await OraclePlace.InAsync(session, schema, cancellationToken)).HasTableAsync(
            session, "PENDING_MUTATION", cancellationToken);
    }

    public async Task<IReadOnlyList<DeadLetter>> FindAsync(
        DbConnection connection, DbTransaction? transaction, FindDeadLetters query, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleLetterSql sql) = await AtAsync(connection, cancellationToken);
        List<DeadLetter> found = await ReadAsync(session, sql, query, query.Filter.Ids, cancellationToken);
        if (transaction is null || found.Count == 0) return found;

        // A query with a limit cannot lock (ORA-02014): what it found is locked, and looked at again.
        long[] ids = [.. found.Select(l => l.Id)];
        foreach (long[] part in ids.Chunk(OracleList.Longest))
            await session.ReadAsync(sql.Lock(part), [], r => r.Number(0), cancellationToken);
        found.Clear();
        foreach (long[] part in ids.Chunk(OracleList.Longest))
            found.AddRange(await ReadAsync(session, sql, query, part, cancellationToken));
        return found;
    }

    public async Task ChangeAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, string? reason, string? by,
        CancellationToken cancellationToken)
    {
        if (letters.Count == 0) return;
        (OracleSession session, OracleLetterSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        OracleArguments<long> rows = new OracleArguments<long>(letters).Number("id", id => id).Text("reason", _ => reason)
            .Text("settled_by", _ => by).Text("state", _ => Word.Of(state));
        await session.RunAsync(sql.Change, rows.All, cancellationToken, rows.Count);
    }

    public async Task ReplaceAsync(DbTransaction transaction, long letter, ReadOnlyMemory<byte> after, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleLetterSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        OracleArguments<long> rows = new OracleArguments<long>([letter]).Number("id", id => id).Blob("after_json", _ => after);
        await session.RunAsync(sql.ReplaceImage, rows.All, cancellationToken, rows.Count);
    }

    public async Task<IReadOnlyList<KnownVersion>> VersionsAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<long> letters, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleLetterSql sql) = await AtAsync(connection, cancellationToken);
        var found = new List<KnownVersion>();
        foreach (long[] part in letters.Chunk(OracleList.Longest))
            found.AddRange(
                await session.ReadAsync(
                    sql.VersionsOf(part), [],
                    r => new KnownVersion(r.Number(0), r.Number(1), StagingRows.Rank(r.Reader, 2), Word.Parse<LetterState>(r.Text(5))),
                    cancellationToken));
        return found;
    }

    public async Task<IReadOnlyList<(string Table, LetterState State)>> AddAsync(
        DbTransaction transaction, string failback, IReadOnlyList<Letter> letters, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleLetterSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        var before = new List<(string, LetterState)>();
        var there = new HashSet<(string Table, string Key, HlcTimestamp Updated)>();
        foreach (IGrouping<string, Letter> table in letters.GroupBy(l => l.Table, StringComparer.Ordinal))
        {
            HashSet<(string, HlcTimestamp)> versions = [.. table.Select(l => (Convert.ToHexString(l.KeyDigest), l.Updated))];
            byte[][] keys = [.. table.Select(l => l.KeyDigest)];
            IReadOnlyList<StoredLetter> stored = await OfRowsAsync(session, sql, failback, table.Key, keys, cancellationToken);
            before.AddRange(stored.Where(s => versions.Contains((s.Key, s.Rank.Updated))).Select(s => (table.Key, s.State)));
            there.UnionWith(
                await ByKeyAsync(
                    session, sql.There, failback, table.Key, keys,
                    r => (table.Key, Convert.ToHexString(r.Bytes(0)), StagingRows.Timestamp(r.Reader, 1)), cancellationToken));
        }

        ILookup<bool, Letter> known = letters.ToLookup(l => there.Contains((l.Table, Convert.ToHexString(l.KeyDigest), l.Updated)));
        await RunAsync(session, sql.ReplaceKnown, Rows(failback, [.. known[true]]), cancellationToken);
        await RunAsync(
            session, sql.ReplaceDelete, Images(Of(failback, [.. known[true].Where(l => !l.After.IsEmpty)], l => l.Table)
                .Raw("key_digest", l => l.KeyDigest).Number("wall", l => l.Updated.Wall).Number("logical", l => l.Updated.Logical)),
            cancellationToken);
        await RunAsync(
            session, sql.Add, Images(Rows(failback, [.. known[false]]).Number("attempts", l => l.Attempts)), cancellationToken);
        return before;
    }

    public async Task<(long Waiting, long Open)> SupersedeAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> applied, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleLetterSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        Dictionary<string, VersionRank> versions = applied.ToDictionary(
            v => Convert.ToHexString(v.Key), v => v.Rank, StringComparer.Ordinal);
        IReadOnlyList<StoredLetter> stored = await OfRowsAsync(
            session, sql, failback, table, [.. applied.Select(v => v.Key)], cancellationToken);
        List<StoredLetter> older = [.. stored.Where(s => !s.Rank.Beats(versions[s.Key]))];
        await RunAsync(session, sql.Supersede, new OracleArguments<StoredLetter>(older).Number("id", s => s.Id), cancellationToken);
        long waiting = older.Count(s => s.State == LetterState.Waiting);
        return (waiting, older.Count - waiting);
    }

    public async Task<IReadOnlyList<Letter>> ReadWaitingAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleLetterSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        OracleList list = OracleList.Of("c.table_name", tables);
        OracleArgument[] arguments = [OracleArgument.Of("failback", failback), .. list.Arguments, OracleArgument.Of("rows_wanted", limit)];
        return await session.ReadAsync(list.In(sql.ReadWaiting), arguments, r => StagingRows.Letter(r.Reader), cancellationToken);
    }

    public async Task SettleAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, CancellationToken cancellationToken)
    {
        if (letters.Count == 0) return;
        (OracleSession session, OracleLetterSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        await RunAsync(session, sql.Settle(state), new OracleArguments<long>(letters).Number("id", id => id), cancellationToken);
    }

    public async Task<IReadOnlyList<OpenLetters>> ReadOpenAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleLetterSql sql) = await AtAsync(connection, cancellationToken);
        return await ByTableAsync(
            session, sql.ReadOpen, failback, tables,
            r => new OpenLetters(r.Text(0), StagingRows.Padded(r.Reader, 1), r.Number(2), r.Number(3)), cancellationToken);
    }

    private static Task<List<DeadLetter>> ReadAsync(
        OracleSession session, OracleLetterSql sql, FindDeadLetters query, IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        session.ReadAsync(
        sql.Find(ids, query.WithRows),
        [
            OracleArgument.Of("failback", query.Box.Failback),
            OracleArgument.Of("after_id", query.After),
            new OracleArgument("of_table", OracleBind.Text, query.Filter.Table),
            new OracleArgument("of_state", OracleBind.Text, query.Filter.State is { } state ? Word.Of(state) : null),
            new OracleArgument("of_class", OracleBind.Text, query.Filter.ErrorClass),
            new OracleArgument(
                "before_time", OracleBind.Text,
                query.Filter.Before?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff' +00:00'", CultureInfo.InvariantCulture)),
            OracleArgument.Of("rows_wanted", query.Limit),
        ],
        r => StagingRows.DeadLetter(r.Reader, Time),
        cancellationToken);

    private static Task<IReadOnlyList<StoredLetter>> OfRowsAsync(
        OracleSession session, OracleLetterSql sql, string failback, string table, byte[][] keys, CancellationToken cancellationToken) =>
        ByKeyAsync(
            session, sql.OfRows, failback, table, keys,
            r => new StoredLetter(
                r.Number(0), Convert.ToHexString(r.Bytes(1)), StagingRows.Rank(r.Reader, 2), Word.Parse<LetterState>(r.Text(5))),
            cancellationToken);

    private static OracleArguments<Letter> Rows(string failback, IReadOnlyList<Letter> letters) => Of(failback, letters, l => l.Table)
        .Raw("key_digest", l => l.KeyDigest).Number("wall", l => l.Updated.Wall).Number("logical", l => l.Updated.Logical)
        .Text("state", l => Word.Of(l.State)).Text("error_class", l => l.Failure.Kind.ToString())
        .Text("error_code", l => l.Failure.Code).Text("error_message", l => l.Failure.Message);

    private static OracleArguments<Letter> Images(OracleArguments<Letter> rows) =>
        rows.Blob("key_json", l => l.Key).Blob("after_json", l => l.After).Blob("before_json", l => l.Before);

    /// <summary>Where our tables are is asked each time: the store does not know when an applier has made them elsewhere.</summary>
    private async Task<(OracleSession Session, OracleLetterSql Sql)> AtAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var session = (OracleSession)connection;
        return (session, new OracleLetterSql(await OraclePlace.InAsync(session, schema, cancellationToken)));
    }

    private static DateTimeOffset Time(DbDataReader row, int column) => new(
        DateTime.ParseExact(StagingRows.Text(row, column), "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture), TimeSpan.Zero);

    private sealed record StoredLetter(long Id, string Key, VersionRank Rank, LetterState State);
}
