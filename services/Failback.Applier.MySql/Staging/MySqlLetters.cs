using System.Data.Common;
using System.Globalization;
using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Writing;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using MySqlConnector;
using static Failback.Applier.MySql.Writing.MySqlCommands;

namespace Failback.Applier.MySql.Staging;

/// <summary>Letters in a database beside the target's.</summary>
internal sealed class MySqlLetters(string schema) : ILetterStore
{
    private readonly MySqlLetterSql _sql = new(schema);

    public async Task<bool> ExistAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(
            "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = @schema AND TABLE_NAME = 'pending_mutation'",
            (MySqlConnection)connection);
        command.Parameters.AddWithValue("@schema", schema);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) > 0;
    }

    public async Task<IReadOnlyList<DeadLetter>> FindAsync(
        DbConnection connection, DbTransaction? transaction, FindDeadLetters query, CancellationToken cancellationToken)
    {
        string text = _sql.Find(query.Filter.Ids) + (transaction is null ? "" : " FOR UPDATE");
        await using var command = new MySqlCommand(text, (MySqlConnection)connection, (MySqlTransaction?)transaction);
        command.Parameters.AddWithValue("@failback", query.Box.Failback);
        command.Parameters.AddWithValue("@after", query.After);
        command.Parameters.AddWithValue("@table", query.Filter.Table);
        command.Parameters.AddWithValue("@state", query.Filter.State is { } state ? Word.Of(state) : null);
        command.Parameters.AddWithValue("@class", query.Filter.ErrorClass);
        command.Parameters.AddWithValue("@before", query.Filter.Before?.UtcDateTime);
        command.Parameters.AddWithValue("@rows", query.WithRows);
        command.Parameters.AddWithValue("@limit", query.Limit);
        var found = new List<DeadLetter>();
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(StagingRows.DeadLetter(row, Time));
        return found;
    }

    public async Task ChangeAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, string? reason, string? by,
        CancellationToken cancellationToken)
    {
        if (letters.Count == 0) return;
        await using var command = new MySqlCommand(
            _sql.Change(letters), (MySqlConnection)transaction.Connection!, (MySqlTransaction)transaction);
        command.Parameters.AddWithValue("@state", Word.Of(state));
        command.Parameters.AddWithValue("@reason", reason);
        command.Parameters.AddWithValue("@by", by);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ReplaceAsync(DbTransaction transaction, long letter, ReadOnlyMemory<byte> after, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(_sql.Replace, (MySqlConnection)transaction.Connection!, (MySqlTransaction)transaction);
        command.Parameters.AddWithValue("@id", letter);
        command.Parameters.AddWithValue("@after", after.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<KnownVersion>> VersionsAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<long> letters, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(_sql.Versions(letters), (MySqlConnection)connection, (MySqlTransaction?)transaction);
        var found = new List<KnownVersion>();
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            found.Add(
                new KnownVersion(row.GetInt64(0), row.GetInt64(1), StagingRows.Rank(row, 2), Word.Parse<LetterState>(row.GetString(5))));
        return found;
    }

    public async Task<IReadOnlyList<(string Table, LetterState State)>> AddAsync(
        DbTransaction transaction, string failback, IReadOnlyList<Letter> letters, CancellationToken cancellationToken)
    {
        RefuseOversized(MySqlServer.Of((MySqlConnection)transaction.Connection!), letters);
        var before = new List<(string, LetterState)>();
        foreach (IGrouping<string, Letter> table in letters.GroupBy(l => l.Table, StringComparer.Ordinal))
        {
            HashSet<(string, HlcTimestamp)> versions = [.. table.Select(l => (Convert.ToHexString(l.KeyDigest), l.Updated))];
            IReadOnlyList<StoredLetter> stored = await OfRowsAsync(
                transaction, failback, table.Key, [.. table.Select(l => l.KeyDigest)], cancellationToken);
            before.AddRange(stored.Where(s => versions.Contains((s.Key, s.Rank.Updated))).Select(s => (table.Key, s.State)));
        }

        await InsertAsync(
            transaction, _sql.Add, "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", MySqlLetterSql.ReplaceKnown,
            letters.Select(l => new object?[]
            {
                failback, l.Table, l.KeyDigest, l.Updated.Wall, l.Updated.Logical, l.Key.ToArray(), l.After.ToArray(), l.Before.ToArray(),
                Word.Of(l.State), l.Failure.Kind.ToString(), l.Failure.Code, l.Failure.Message, l.Attempts,
            }),
            cancellationToken);
        return before;
    }

    public async Task<(long Waiting, long Open)> SupersedeAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> applied, CancellationToken cancellationToken)
    {
        Dictionary<string, VersionRank> versions = applied.ToDictionary(
            v => Convert.ToHexString(v.Key), v => v.Rank, StringComparer.Ordinal);
        IReadOnlyList<StoredLetter> stored = await OfRowsAsync(
            transaction, failback, table, [.. applied.Select(v => v.Key)], cancellationToken);
        List<StoredLetter> older = [.. stored.Where(s => !s.Rank.Beats(versions[s.Key]))];
        await UpdateAsync(transaction, _sql.Supersede, [.. older.Select(s => s.Id)], cancellationToken);
        long waiting = older.Count(s => s.State == LetterState.Waiting);
        return (waiting, older.Count - waiting);
    }

    public Task<IReadOnlyList<Letter>> ReadWaitingAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken) =>
        QueryAsync(
            transaction.Connection!, transaction,
            List(_sql.ReadWaiting, tables) + limit.ToString(CultureInfo.InvariantCulture), StagingRows.Letter, cancellationToken,
            [failback, .. tables]);

    public Task SettleAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, CancellationToken cancellationToken) =>
        UpdateAsync(transaction, _sql.Settle(state), letters, cancellationToken);

    public Task<IReadOnlyList<OpenLetters>> ReadOpenAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        QueryAsync(
            connection, null, List(_sql.ReadOpen, tables),
            r => new OpenLetters(r.GetString(0), StagingRows.Padded(r, 1), r.GetInt64(2), r.GetInt64(3)), cancellationToken,
            [failback, .. tables]);

    /// <summary>What the server takes in no statement cannot be kept as a letter either: the limit has to be raised.</summary>
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

    private async Task<IReadOnlyList<StoredLetter>> OfRowsAsync(
        DbTransaction transaction, string failback, string table, byte[][] keys, CancellationToken cancellationToken)
    {
        var found = new List<StoredLetter>();
        foreach (byte[][] part in keys.Chunk(KeysPerQuery))
        {
            found.AddRange(await QueryAsync(
                transaction.Connection!, transaction, List(_sql.OfRows, part),
                r => new StoredLetter(
                    r.GetInt64(0), Convert.ToHexString((byte[])r.GetValue(2)), StagingRows.Rank(r, 3),
                    Word.Parse<LetterState>(r.GetString(6))),
                cancellationToken, [failback, table, .. part]));
        }

        return found;
    }

    private static DateTimeOffset Time(DbDataReader row, int column) => new(row.GetDateTime(column), TimeSpan.Zero);

    private sealed record StoredLetter(long Id, string Key, VersionRank Rank, LetterState State);
}
