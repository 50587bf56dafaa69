using System.Data.Common;
using System.Text;
using Failback.Applier.Postgres.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;
using Npgsql;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Staging;

/// <summary>Letters in a schema of the target database.</summary>
internal sealed class PostgresLetters(string schema) : ILetterStore
{
    private readonly string _s = PostgresName.Quote(schema);

    /// <summary>Parameters that are NULL match everything.</summary>
    internal string Find =>
        $"""
        SELECT id, table_name, state, wall, logical, key_json, octet_length(after_json),
            CASE WHEN $8 AND octet_length(after_json) BETWEEN 1 AND {ILetterStore.LargestImage} THEN after_json END,
            CASE WHEN $8 AND octet_length(before_json) BETWEEN 1 AND {ILetterStore.LargestImage} THEN before_json END,
            error_class, error_code, error_message, attempts, reason, created_at, changed_at, settled_by
        FROM {_s}.pending_mutation
        WHERE failback = $1 AND id > $2 AND ($3 IS NULL OR table_name = $3) AND ($4 IS NULL OR state = $4) AND ($5 IS NULL OR error_class = $5)
            AND ($6 IS NULL OR created_at < $6) AND ($7 IS NULL OR id = ANY($7))
        ORDER BY id LIMIT $9
        """;

    internal string Change =>
        $"UPDATE {_s}.pending_mutation SET state = $2, reason = $3, settled_by = $4, attempts = 0, changed_at = clock_timestamp() WHERE "
            + $"id = ANY($1)";

    internal string Replace => $"UPDATE {_s}.pending_mutation SET after_json = $2 WHERE id = $1";

    internal string Versions =>
        $"""
        SELECT l.id, o.id, o.wall, o.logical, o.state FROM {_s}.pending_mutation l JOIN {_s}.pending_mutation o USING (failback, table_name, key_digest) WHERE l.id = ANY($1)
        UNION ALL
        SELECT l.id, 0, v.wall, v.logical, 'applied' FROM {_s}.pending_mutation l JOIN {_s}.row_version v USING (failback, table_name, key_digest) WHERE l.id = ANY($1)
        ORDER BY 1, 3, 4, 2
        """;

    public async Task<bool> ExistAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", (NpgsqlConnection)connection);
        command.Parameters.Add(Of(NpgsqlDbType.Text, $"{_s}.pending_mutation"));
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    public async Task<IReadOnlyList<DeadLetter>> FindAsync(
        DbConnection connection, DbTransaction? transaction, FindDeadLetters query, CancellationToken cancellationToken)
    {
        string text = transaction is null ? Find : Find + " FOR UPDATE";
        await using var command = new NpgsqlCommand(text, (NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        DeadLetterFilter filter = query.Filter;
        command.Parameters.AddRange(new[]
        {
            Of(NpgsqlDbType.Text, query.Box.Failback), Of(NpgsqlDbType.Bigint, query.After), Of(NpgsqlDbType.Text, filter.Table),
            Of(NpgsqlDbType.Text, filter.State),
            Of(NpgsqlDbType.Text, filter.ErrorClass), Of(NpgsqlDbType.TimestampTz, filter.Before?.UtcDateTime),
            Of(NpgsqlDbType.Array | NpgsqlDbType.Bigint, filter.Ids.Count > 0 ? filter.Ids.ToArray() : null),
            Of(NpgsqlDbType.Boolean, query.WithRows), Of(NpgsqlDbType.Integer, query.Limit),
        });
        var found = new List<DeadLetter>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(LetterOf(row));
        return found;
    }

    public async Task ChangeAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, string? reason, string? by,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Change, (NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
        command.Parameters.Add(Of(NpgsqlDbType.Array | NpgsqlDbType.Bigint, letters.ToArray()));
        command.Parameters.Add(Of(NpgsqlDbType.Text, PostgresStagingSql.StateText(state)));
        command.Parameters.Add(Of(NpgsqlDbType.Text, reason));
        command.Parameters.Add(Of(NpgsqlDbType.Text, by));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ReplaceAsync(DbTransaction transaction, long letter, ReadOnlyMemory<byte> after, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Replace, (NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
        command.Parameters.Add(Of(NpgsqlDbType.Bigint, letter));
        command.Parameters.Add(Of(NpgsqlDbType.Bytea, after.ToArray()));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<KnownVersion>> VersionsAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<long> letters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Versions, (NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        command.Parameters.Add(Of(NpgsqlDbType.Array | NpgsqlDbType.Bigint, letters.ToArray()));
        var found = new List<KnownVersion>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            found.Add(
                new KnownVersion(row.GetInt64(0), row.GetInt64(1), new HlcTimestamp(row.GetInt64(2), row.GetInt32(3)), row.GetString(4)));
        return found;
    }

    private static DeadLetter LetterOf(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Table = row.GetString(1),
        State = row.GetString(2),
        Updated = new HlcTimestamp(row.GetInt64(3), row.GetInt32(4)).ToString(),
        Key = Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(5)),
        Size = row.GetInt32(6),
        IsDelete = row.GetInt32(6) == 0,
        After = row.IsDBNull(7) ? null : Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(7)),
        Before = row.IsDBNull(8) ? null : Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(8)),
        ErrorClass = row.GetString(9),
        ErrorCode = row.GetString(10),
        ErrorMessage = row.GetString(11),
        Attempts = row.GetInt32(12),
        Reason = row.IsDBNull(13) ? null : row.GetString(13),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(14),
        ChangedAt = row.GetFieldValue<DateTimeOffset>(15),
        By = row.IsDBNull(16) ? null : row.GetString(16),
    };

    private static NpgsqlParameter Of(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
