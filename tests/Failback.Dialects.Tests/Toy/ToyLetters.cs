using System.Data.Common;
using System.Text;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Microsoft.Data.Sqlite;

namespace Failback.Dialects.Tests.Toy;

/// <summary>Letters in the attached file.</summary>
internal sealed class ToyLetters(string schema) : ILetterStore
{
    private readonly string _s = ToySql.Quote(schema);

    public async Task<bool> ExistAsync(DbConnection connection, CancellationToken cancellationToken) =>
        (await ToySql.QueryAsync(
            connection, null, $"SELECT count(*) FROM {_s}.sqlite_master WHERE name = 'pending_mutation'", row => row.GetInt64(0),
            cancellationToken))[0] > 0;

    public async Task<IReadOnlyList<DeadLetter>> FindAsync(
        DbConnection connection, DbTransaction? transaction, FindDeadLetters query, CancellationToken cancellationToken)
    {
        DeadLetterFilter filter = query.Filter;
        IReadOnlyList<DeadLetter> all = await ToySql.QueryAsync(
            connection, transaction,
            $"""
            SELECT id, table_name, state, wall, logical, key_json, after_json, before_json, error_class, error_code, error_message, attempts, reason, created_at, changed_at, settled_by
            FROM {_s}.pending_mutation WHERE failback = $1 AND id > $2 ORDER BY id
            """,
            row => LetterOf(row, query.WithRows), cancellationToken, query.Box.Failback, query.After);
        return
        [
            .. all.Where(
                l => (filter.Table ?? l.Table) == l.Table && (filter.State ?? l.State) == l.State
                && (filter.ErrorClass ?? l.ErrorClass) == l.ErrorClass)
                .Where(l => filter.Before is not { } before || l.CreatedAt < before)
                .Where(l => filter.Ids.Count == 0 || filter.Ids.Contains(l.Id))
                .Take(query.Limit),
        ];
    }

    public async Task ChangeAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, string? reason, string? by,
        CancellationToken cancellationToken)
    {
        foreach (long letter in letters)
        {
            await ToySql.RunAsync(
                transaction.Connection!, transaction,
                $"UPDATE {_s}.pending_mutation SET state = $2, reason = $3, settled_by = $4, attempts = 0, changed_at = "
                    + $"unixepoch('subsec') WHERE id = $1",
                cancellationToken, letter, Word.Of(state), (object?)reason ?? DBNull.Value, by);
        }
    }

    public Task ReplaceAsync(DbTransaction transaction, long letter, ReadOnlyMemory<byte> after, CancellationToken cancellationToken) =>
        ToySql.RunAsync(
            transaction.Connection!, transaction, $"UPDATE {_s}.pending_mutation SET after_json = $2 WHERE id = $1", cancellationToken,
            letter, after.ToArray());

    public async Task<IReadOnlyList<KnownVersion>> VersionsAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<long> letters, CancellationToken cancellationToken)
    {
        string sql =
            $"""
            SELECT l.id, o.id, o.wall, o.logical, length(o.after_json) = 0, o.state FROM {_s}.pending_mutation l JOIN {_s}.pending_mutation o USING (failback, table_name, key_digest)
            UNION ALL
            SELECT l.id, 0, v.wall, v.logical, v.deleted, 'applied' FROM {_s}.pending_mutation l JOIN {_s}.row_version v USING (failback, table_name, key_digest)
            ORDER BY 1, 3, 4, 2
            """;
        IReadOnlyList<KnownVersion> all = await ToySql.QueryAsync(
            connection, transaction, sql,
            row => new KnownVersion(row.GetInt64(0), row.GetInt64(1), StagingRows.Rank(row, 2), Word.Parse<LetterState>(row.GetString(5))),
                cancellationToken);
        return [.. all.Where(v => letters.Contains(v.Of))];
    }

    public async Task<IReadOnlyList<(string Table, LetterState State)>> AddAsync(
        DbTransaction transaction, string failback, IReadOnlyList<Letter> letters, CancellationToken cancellationToken)
    {
        var before = new List<(string, LetterState)>();
        foreach (Letter l in letters)
        {
            before.AddRange(await ToySql.QueryAsync(
                transaction.Connection!, transaction,
                $"SELECT table_name, state FROM {_s}.pending_mutation WHERE failback = $1 AND table_name = $2 AND key_digest = $3 AND "
                    + $"wall = $4 AND logical = $5 AND state IN ('waiting', 'open')",
                r => (r.GetString(0), Word.Parse<LetterState>(r.GetString(1))), cancellationToken, failback, l.Table, l.KeyDigest,
                l.Updated.Wall, l.Updated.Logical));
            await RunAsync(
                transaction,
                $"""
                INSERT INTO {_s}.pending_mutation (failback, table_name, key_digest, wall, logical, key_json, after_json, before_json, state, error_class, error_code, error_message, attempts)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                ON CONFLICT (failback, table_name, key_digest, wall, logical) DO UPDATE SET key_json = iif(length($7) > 0, $6, key_json), before_json = iif(length($7) > 0, $8, before_json),
                    after_json = iif(length($7) > 0, $7, after_json), state = $9, error_class = $10, error_code = $11, error_message = $12, attempts = attempts + 1
                """,
                cancellationToken, failback, l.Table, l.KeyDigest, l.Updated.Wall, l.Updated.Logical, l.Key.ToArray(), l.After.ToArray(),
                l.Before.ToArray(), Word.Of(l.State),
                l.Failure.Kind.ToString(), l.Failure.Code, l.Failure.Message, l.Attempts);
        }

        return before;
    }

    public async Task<(long Waiting, long Open)> SupersedeAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> applied, CancellationToken cancellationToken)
    {
        var before = new List<(long Id, string State)>();
        foreach (RowVersion v in applied)
        {
            before.AddRange(await ToySql.QueryAsync(
                transaction.Connection!, transaction,
                $"SELECT id, state FROM {_s}.pending_mutation WHERE failback = $1 AND table_name = $2 AND key_digest = $3 AND (wall, "
                    + $"logical, length(after_json) > 0) <= ($4, $5, $6) AND state IN ('waiting', 'open')",
                r => (r.GetInt64(0), r.GetString(1)), cancellationToken, failback, table, v.Key, v.Updated.Wall, v.Updated.Logical,
                !v.Deleted));
        }

        foreach ((long id, _) in before) await RunAsync(
            transaction, $"UPDATE {_s}.pending_mutation SET state = 'superseded' WHERE id = $1", cancellationToken, id);
        return (before.Count(b => b.State == "waiting"), before.Count(b => b.State == "open"));
    }

    public async Task<IReadOnlyList<Letter>> ReadWaitingAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken)
    {
        IReadOnlyList<Letter> all = await ToySql.QueryAsync(
            transaction.Connection!, transaction,
            $"SELECT {StagingRows.LetterColumns} "
                + $"FROM {_s}.pending_mutation WHERE failback = $1 AND state = 'waiting' ORDER BY wall, logical, id LIMIT $2",
            StagingRows.Letter, cancellationToken, failback, limit);
        return [.. all.Where(l => tables.Contains(l.Table, StringComparer.Ordinal))];
    }

    public async Task SettleAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, CancellationToken cancellationToken)
    {
        foreach (long id in letters)
            await RunAsync(
                transaction, $"UPDATE {_s}.pending_mutation SET state = $2, attempts = attempts + 1 WHERE id = $1", cancellationToken, id,
                Word.Of(state));
    }

    public async Task<IReadOnlyList<OpenLetters>> ReadOpenAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Table, HlcTimestamp Updated, string State)> all = await ToySql.QueryAsync(
            connection, null,
            $"SELECT table_name, wall, logical, state FROM {_s}.pending_mutation WHERE failback = $1 AND state IN ('waiting', 'open')",
            r => (r.GetString(0), StagingRows.Timestamp(r, 1), r.GetString(3)), cancellationToken, failback);
        return
        [
            .. all.Where(l => tables.Contains(l.Table, StringComparer.Ordinal)).GroupBy(l => l.Table, StringComparer.Ordinal)
                .Select(g => new OpenLetters(
                    g.Key, g.Min(l => l.Updated), g.Count(l => l.State == "waiting"), g.Count(l => l.State == "open"))),
        ];
    }

    private static DeadLetter LetterOf(SqliteDataReader row, bool withRows) => new()
    {
        Id = row.GetInt64(0),
        Table = row.GetString(1),
        State = Word.Parse<LetterState>(row.GetString(2)),
        Updated = new HlcTimestamp(row.GetInt64(3), row.GetInt32(4)).ToString(),
        Key = Text(row, 5)!,
        After = withRows ? Text(row, 6) : null,
        Before = withRows ? Text(row, 7) : null,
        Size = row.GetFieldValue<byte[]>(6).Length,
        IsDelete = Text(row, 6) is null,
        ErrorClass = row.GetString(8),
        ErrorCode = row.GetString(9),
        ErrorMessage = row.GetString(10),
        Attempts = row.GetInt32(11),
        Reason = row.IsDBNull(12) ? null : row.GetString(12),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)(row.GetDouble(13) * 1000)),
        ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds((long)(row.GetDouble(14) * 1000)),
        By = row.IsDBNull(15) ? null : row.GetString(15),
    };

    /// <summary>Null when empty or larger than what operators are shown.</summary>
    private static string? Text(SqliteDataReader row, int place) =>
        row.GetFieldValue<byte[]>(place) is { Length: > 0 and <= ILetterStore.LargestImage } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static Task<int> RunAsync(
        DbTransaction transaction, string sql, CancellationToken cancellationToken, params object?[] values) =>
        ToySql.RunAsync(transaction.Connection!, transaction, sql, cancellationToken, values);
}
