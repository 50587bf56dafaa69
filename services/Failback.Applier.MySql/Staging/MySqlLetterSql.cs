using System.Globalization;
using Failback.Applier.MySql.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts.Words;

namespace Failback.Applier.MySql.Staging;

/// <summary>Texts of the statements on the letters; &lt;list&gt; stands for a list of values or rows.</summary>
internal sealed class MySqlLetterSql(string schema)
{
    private readonly string _s = MySqlName.Quote(schema);

    /// <summary>Parameters that are NULL match everything; ids are numbers and stand in the text.</summary>
    public string Find(IReadOnlyList<long> ids) =>
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

    public string Change(IReadOnlyList<long> ids) =>
        $"UPDATE {_s}.pending_mutation SET state = @state, reason = @reason, settled_by = @by, attempts = 0, changed_at = "
            + $"UTC_TIMESTAMP(6) WHERE id IN ({List(ids)})";

    public string Replace => $"UPDATE {_s}.pending_mutation SET after_json = @after WHERE id = @id";

    public string Versions(IReadOnlyList<long> ids) =>
        $"""
        SELECT l.id, o.id AS other, o.wall AS wall, o.logical AS logical, LENGTH(o.after_json) = 0, o.state FROM {_s}.pending_mutation l JOIN {_s}.pending_mutation o USING (failback, table_name, key_digest) WHERE l.id IN ({List(ids)})
        UNION ALL
        SELECT l.id, 0, v.wall, v.logical, v.deleted, 'applied' FROM {_s}.pending_mutation l JOIN {_s}.row_version v USING (failback, table_name, key_digest) WHERE l.id IN ({List(ids)})
        ORDER BY 1, 3, 4, 2
        """;

    /// <summary>Letters of the given rows that hold a watermark; the caller compares versions.</summary>
    public string OfRows =>
        $"""
        SELECT id, table_name, key_digest, wall, logical, LENGTH(after_json) = 0, state FROM {_s}.pending_mutation
        WHERE failback = ? AND table_name = ? AND state IN ('waiting', 'open') AND key_digest IN (<list>) FOR UPDATE
        """;

    public string Add =>
        $"INSERT INTO {_s}.pending_mutation (failback, table_name, key_digest, wall, logical, key_json, after_json, before_json, state, "
            + $"error_class, error_code, error_message, attempts) VALUES ";

    /// <summary>Of a row and a delete with one timestamp the row is kept.</summary>
    public const string ReplaceKnown =
        " ON DUPLICATE KEY UPDATE key_json = IF(LENGTH(VALUES(after_json)) > 0, VALUES(key_json), key_json), before_json = "
            + "IF(LENGTH(VALUES(after_json)) > 0, VALUES(before_json), before_json), after_json = IF(LENGTH(VALUES(after_json)) > 0, "
            + "VALUES(after_json), after_json), state = VALUES(state), error_class = VALUES(error_class), error_code = VALUES(error_code), "
            + "error_message = VALUES(error_message), attempts = attempts + 1, changed_at = UTC_TIMESTAMP(6)";

    public string Supersede => $"UPDATE {_s}.pending_mutation SET state = 'superseded', changed_at = UTC_TIMESTAMP(6) WHERE id IN (";

    public string ReadWaiting =>
        $"""
        SELECT {StagingRows.LetterColumns}
        FROM {_s}.pending_mutation WHERE failback = ? AND table_name IN (<list>) AND state = 'waiting' ORDER BY wall, logical, id LIMIT 
        """;

    public string Settle(LetterState state) =>
        $"UPDATE {_s}.pending_mutation SET state = '{Word.Of(state)}', attempts = attempts + 1, changed_at = UTC_TIMESTAMP(6) "
        + $"WHERE id "
            + $"IN (";

    /// <summary>The lowest version of a table is the least of its numbers written with leading zeros.</summary>
    public string ReadOpen =>
        $"""
        SELECT table_name, MIN(CONCAT(LPAD(wall, 20, '0'), LPAD(logical, 10, '0'))), CAST(SUM(state = 'waiting') AS SIGNED), CAST(SUM(state = 'open') AS SIGNED)
        FROM {_s}.pending_mutation WHERE failback = ? AND table_name IN (<list>) AND state IN ('waiting', 'open') GROUP BY table_name
        """;

    private static string List(IReadOnlyList<long> ids) => string.Join(", ", ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));
}
