using System.Data.Common;
using System.Globalization;
using System.Text;
using Failback.Applier.MySql.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;
using MySqlConnector;

namespace Failback.Applier.MySql.Staging;

/// <summary>Letters in a database beside the target's.</summary>
internal sealed class MySqlLetters(string schema) : ILetterStore
{
    private readonly string _s = MySqlName.Quote(schema);

    /// <summary>Parameters that are NULL match everything; ids are numbers and stand in the text.</summary>
    internal string Find(IReadOnlyList<long> ids) =>
        $"""
        SELECT id, table_name, state, wall, logical, key_json, LENGTH(after_json),
            CASE WHEN @rows AND LENGTH(after_json) BETWEEN 1 AND {ILetterStore.LargestImage} THEN after_json END,
            CASE WHEN @rows AND LENGTH(before_json) BETWEEN 1 AND {ILetterStore.LargestImage} THEN before_json END,
            error_class, error_code, error_message, attempts, reason, created_at, changed_at, settled_by
        FROM {_s}.pending_mutation
        WHERE failback = @failback AND id > @after AND (@table IS NULL OR table_name = @table) AND (@state IS NULL OR state = @state)
            AND (@class IS NULL OR error_class = @class) AND (@before IS NULL OR created_at < @before){(ids.Count > 0 ? $" AND id IN "
                + $"({List(ids)})" : "")}
        ORDER BY id LIMIT @limit
        """;

    internal string Change(IReadOnlyList<long> ids) =>
        $"UPDATE {_s}.pending_mutation SET state = @state, reason = @reason, settled_by = @by, attempts = 0, changed_at = "
            + $"UTC_TIMESTAMP(6) WHERE id IN ({List(ids)})";

    internal string Replace => $"UPDATE {_s}.pending_mutation SET after_json = @after WHERE id = @id";

    internal string Versions(IReadOnlyList<long> ids) =>
        $"""
        SELECT l.id, o.id AS other, o.wall AS wall, o.logical AS logical, o.state FROM {_s}.pending_mutation l JOIN {_s}.pending_mutation o USING (failback, table_name, key_digest) WHERE l.id IN ({List(ids)})
        UNION ALL
        SELECT l.id, 0, v.wall, v.logical, 'applied' FROM {_s}.pending_mutation l JOIN {_s}.row_version v USING (failback, table_name, key_digest) WHERE l.id IN ({List(ids)})
        ORDER BY 1, 3, 4, 2
        """;

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
        string text = Find(query.Filter.Ids) + (transaction is null ? "" : " FOR UPDATE");
        await using var command = new MySqlCommand(text, (MySqlConnection)connection, (MySqlTransaction?)transaction);
        command.Parameters.AddWithValue("@failback", query.Box.Failback);
        command.Parameters.AddWithValue("@after", query.After);
        command.Parameters.AddWithValue("@table", query.Filter.Table);
        command.Parameters.AddWithValue("@state", query.Filter.State);
        command.Parameters.AddWithValue("@class", query.Filter.ErrorClass);
        command.Parameters.AddWithValue("@before", query.Filter.Before?.UtcDateTime);
        command.Parameters.AddWithValue("@rows", query.WithRows);
        command.Parameters.AddWithValue("@limit", query.Limit);
        var found = new List<DeadLetter>();
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(LetterOf(row));
        return found;
    }

    public async Task ChangeAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, string? reason, string? by,
        CancellationToken cancellationToken)
    {
        if (letters.Count == 0) return;
        await using var command = new MySqlCommand(
            Change(letters), (MySqlConnection)transaction.Connection!, (MySqlTransaction)transaction);
        command.Parameters.AddWithValue("@state", MySqlStagingSql.StateText(state));
        command.Parameters.AddWithValue("@reason", reason);
        command.Parameters.AddWithValue("@by", by);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task ReplaceAsync(DbTransaction transaction, long letter, ReadOnlyMemory<byte> after, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(Replace, (MySqlConnection)transaction.Connection!, (MySqlTransaction)transaction);
        command.Parameters.AddWithValue("@id", letter);
        command.Parameters.AddWithValue("@after", after.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<KnownVersion>> VersionsAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<long> letters, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(Versions(letters), (MySqlConnection)connection, (MySqlTransaction?)transaction);
        var found = new List<KnownVersion>();
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            found.Add(
                new KnownVersion(row.GetInt64(0), row.GetInt64(1), new HlcTimestamp(row.GetInt64(2), row.GetInt32(3)), row.GetString(4)));
        return found;
    }

    private static string List(IReadOnlyList<long> ids) => string.Join(", ", ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));

    private static DeadLetter LetterOf(MySqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        Table = row.GetString(1),
        State = row.GetString(2),
        Updated = new HlcTimestamp(row.GetInt64(3), row.GetInt32(4)).ToString(),
        Key = Encoding.UTF8.GetString((byte[])row.GetValue(5)),
        Size = row.GetInt64(6),
        IsDelete = row.GetInt64(6) == 0,
        After = row.IsDBNull(7) ? null : Encoding.UTF8.GetString((byte[])row.GetValue(7)),
        Before = row.IsDBNull(8) ? null : Encoding.UTF8.GetString((byte[])row.GetValue(8)),
        ErrorClass = row.GetString(9),
        ErrorCode = row.GetString(10),
        ErrorMessage = row.GetString(11),
        Attempts = row.GetInt32(12),
        Reason = row.IsDBNull(13) ? null : row.GetString(13),
        CreatedAt = new DateTimeOffset(row.GetDateTime(14), TimeSpan.Zero),
        ChangedAt = new DateTimeOffset(row.GetDateTime(15), TimeSpan.Zero),
        By = row.IsDBNull(16) ? null : row.GetString(16),
    };
}
