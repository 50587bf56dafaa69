using System.Data.Common;
using System.Globalization;
using System.Text;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Applier.Oracle.Staging;

/// <summary>Letters in the target.</summary>
internal sealed class OracleLetters(string schema) : ILetterStore
{
    public async Task<bool> ExistAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var session = (OracleSession)connection;
        return await (await OracleStagingSql.InAsync(session, schema, cancellationToken)).HasTableAsync(
            session, "PENDING_MUTATION", cancellationToken);
    }

    public async Task<IReadOnlyList<DeadLetter>> FindAsync(
        DbConnection connection, DbTransaction? transaction, FindDeadLetters query, CancellationToken cancellationToken)
    {
        var session = (OracleSession)connection;
        OracleStagingSql sql = await OracleStagingSql.InAsync(session, schema, cancellationToken);
        List<DeadLetter> found = await ReadAsync(session, sql, query, query.Filter.Ids, cancellationToken);
        if (transaction is null || found.Count == 0) return found;

        // A query with a limit cannot lock (ORA-02014): what it found is locked, and looked at again.
        long[] ids = [.. found.Select(l => l.Id)];
        foreach (long[] part in ids.Chunk(OracleList.Longest))
            await session.ReadAsync(sql.LockLetters(part), [], r => r.Number(0), cancellationToken);
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
        var session = (OracleSession)transaction.Connection!;
        OracleStagingSql sql = await OracleStagingSql.InAsync(session, schema, cancellationToken);
        OracleArguments<long> rows = new OracleArguments<long>(letters).Number("id", id => id).Text("reason", _ => reason)
            .Text("settled_by", _ => by).Text("state", _ => OracleStagingSql.StateText(state));
        await session.RunAsync(sql.ChangeLetter, rows.All, cancellationToken, rows.Count);
    }

    public async Task ReplaceAsync(DbTransaction transaction, long letter, ReadOnlyMemory<byte> after, CancellationToken cancellationToken)
    {
        var session = (OracleSession)transaction.Connection!;
        OracleStagingSql sql = await OracleStagingSql.InAsync(session, schema, cancellationToken);
        OracleArguments<long> rows = new OracleArguments<long>([letter]).Number("id", id => id).Blob("after_json", _ => after);
        await session.RunAsync(sql.ReplaceImage, rows.All, cancellationToken, rows.Count);
    }

    public async Task<IReadOnlyList<KnownVersion>> VersionsAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<long> letters, CancellationToken cancellationToken)
    {
        var session = (OracleSession)connection;
        OracleStagingSql sql = await OracleStagingSql.InAsync(session, schema, cancellationToken);
        var found = new List<KnownVersion>();
        foreach (long[] part in letters.Chunk(OracleList.Longest))
            found.AddRange(
                await session.ReadAsync(
                    sql.VersionsOf(part), [],
                    r => new KnownVersion(r.Number(0), r.Number(1), new HlcTimestamp(r.Number(2), (int)r.Number(3)), r.Text(4)),
                    cancellationToken));
        return found;
    }

    private static Task<List<DeadLetter>> ReadAsync(
        OracleSession session, OracleStagingSql sql, FindDeadLetters query, IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        session.ReadAsync(
        sql.FindLetters(ids, query.WithRows),
        [
            OracleArgument.Of("failback", query.Box.Failback),
            OracleArgument.Of("after_id", query.After),
            new OracleArgument("of_table", OracleBind.Text, query.Filter.Table),
            new OracleArgument("of_state", OracleBind.Text, query.Filter.State),
            new OracleArgument("of_class", OracleBind.Text, query.Filter.ErrorClass),
            new OracleArgument(
                "before_time", OracleBind.Text,
                query.Filter.Before?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff' +00:00'", CultureInfo.InvariantCulture)),
            OracleArgument.Of("rows_wanted", query.Limit),
        ],
        LetterOf,
        cancellationToken);

    private static DeadLetter LetterOf(OracleRecord row) => new()
    {
        Id = row.Number(0),
        Table = row.Text(1),
        State = row.Text(2),
        Updated = new HlcTimestamp(row.Number(3), (int)row.Number(4)).ToString(),
        Key = Encoding.UTF8.GetString(row.Bytes(5)),
        Size = row.Number(6),
        IsDelete = row.Number(6) == 0,
        After = Image(row, 7),
        Before = Image(row, 8),
        ErrorClass = row.Text(9),
        ErrorCode = row.Text(10),
        ErrorMessage = row.Text(11),
        Attempts = (int)row.Number(12),
        Reason = row.Text(13) is { Length: > 0 } reason ? reason : null,
        CreatedAt = Time(row, 14),
        ChangedAt = Time(row, 15),
        By = row.Text(16) is { Length: > 0 } by ? by : null,
    };

    private static string? Image(OracleRecord row, int column) =>
        row.Bytes(column) is { Length: > 0 } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static DateTimeOffset Time(OracleRecord row, int column) =>
        new(DateTime.ParseExact(row.Text(column), "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture), TimeSpan.Zero);
}
