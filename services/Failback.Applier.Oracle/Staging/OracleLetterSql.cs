using System.Globalization;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts.Words;

namespace Failback.Applier.Oracle.Staging;

/// <summary>Texts of the statements on the letters. <c>&lt;list&gt;</c> stands for a list of parameters.</summary>
internal sealed class OracleLetterSql(OraclePlace place)
{
    private const string VersionMatch = "t.failback = :failback AND t.table_name = :table_name";

    private string Letter { get; } = place.Quoted("PENDING_MUTATION");

    private string Version { get; } = place.Quoted("ROW_VERSION");

    /// <summary>Letters of the given rows that hold a watermark; the caller compares versions.</summary>
    public string OfRows =>
        $"SELECT t.id, t.key_digest, t.wall, t.logical, {IsDelete("t")}, t.state FROM {Letter} t WHERE {VersionMatch} AND t.state IN "
        + $"('waiting', 'open') "
            + $"AND <list> FOR UPDATE";

    public string ReplaceKnown =>
        $"""
        UPDATE {Letter} t SET t.state = :state, t.error_class = :error_class, t.error_code = :error_code, t.error_message = :error_message,
            t.attempts = t.attempts + 1, t.changed_at = SYSTIMESTAMP
        WHERE {VersionMatch} AND t.key_digest = :key_digest AND t.wall = :wall AND t.logical = :logical
        """;

    /// <summary>Of a row and a delete with one timestamp the row is kept.</summary>
    public string ReplaceDelete =>
        $"""
        UPDATE {Letter} t SET t.key_json = :key_json, t.after_json = :after_json, t.before_json = :before_json
        WHERE {VersionMatch} AND t.key_digest = :key_digest AND t.wall = :wall AND t.logical = :logical AND COALESCE(LENGTH(t.after_json), 0) = 0
        """;

    public string There => $"SELECT t.key_digest, t.wall, t.logical FROM {Letter} t WHERE {VersionMatch} AND <list>";

    public string Add =>
        $"""
        INSERT INTO {Letter} (failback, table_name, key_digest, wall, logical, state, error_class, error_code, error_message, attempts, key_json, after_json, before_json)
        VALUES (:failback, :table_name, :key_digest, :wall, :logical, :state, :error_class, :error_code, :error_message, :attempts, :key_json, :after_json, :before_json)
        """;

    public string Supersede => $"UPDATE {Letter} t SET t.state = 'superseded', t.changed_at = SYSTIMESTAMP WHERE t.id = :id";

    public string ReadWaiting =>
        $"""
        SELECT {StagingRows.LetterColumns}
        FROM {Letter} c WHERE c.failback = :failback AND <list> AND c.state = 'waiting' ORDER BY c.wall, c.logical, c.id FETCH FIRST :rows_wanted ROWS ONLY
        """;

    /// <summary>An operator's view; parameters that are NULL match everything, ids are numbers and stand in the text.</summary>
    public string Find(IReadOnlyList<long> ids, bool withRows) =>
        $"""
        SELECT c.id, c.table_name, c.state, c.wall, c.logical, c.key_json, COALESCE(LENGTH(c.after_json), 0),
            {Image("after_json", withRows)}, {Image("before_json", withRows)},
            c.error_class, c.error_code, c.error_message, c.attempts, c.reason,
            TO_CHAR(c.created_at AT TIME ZONE '+00:00', 'YYYY-MM-DD HH24:MI:SS.FF6'), TO_CHAR(c.changed_at AT TIME ZONE '+00:00', 'YYYY-MM-DD HH24:MI:SS.FF6'), c.settled_by
        FROM {Letter} c
        WHERE c.failback = :failback AND c.id > :after_id AND (:of_table IS NULL OR c.table_name = :of_table) AND (:of_state IS NULL OR c.state = :of_state)
            AND (:of_class IS NULL OR c.error_class = :of_class)
            AND (:before_time IS NULL OR c.created_at < TO_TIMESTAMP_TZ(:before_time, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')){(ids.Count > 0 ? $" AND {Ids(ids)}" : "")}
        ORDER BY c.id FETCH FIRST :rows_wanted ROWS ONLY
        """;

    public string Lock(IReadOnlyList<long> ids) => $"SELECT c.id FROM {Letter} c WHERE {Ids(ids)} FOR UPDATE";

    public string Change =>
        $"UPDATE {Letter} t SET t.state = :state, t.reason = :reason, t.settled_by = :settled_by, t.attempts = 0, t.changed_at = "
            + $"SYSTIMESTAMP WHERE t.id = :id";

    public string ReplaceImage => $"UPDATE {Letter} t SET t.after_json = :after_json WHERE t.id = :id";

    /// <summary>All versions known of the rows of letters.</summary>
    public string VersionsOf(IReadOnlyList<long> ids) =>
        $"""
        SELECT c.id, o.id, o.wall, o.logical, {IsDelete("o")}, o.state FROM {Letter} c JOIN {Letter} o ON o.failback = c.failback AND o.table_name = c.table_name AND o.key_digest = c.key_digest WHERE {Ids(ids)}
        UNION ALL
        SELECT c.id, 0, v.wall, v.logical, v.deleted, 'applied' FROM {Letter} c JOIN {Version} v ON v.failback = c.failback AND v.table_name = c.table_name AND v.key_digest = c.key_digest WHERE {Ids(ids)}
        ORDER BY 1, 3, 4, 2
        """;

    public string Settle(LetterState state) =>
        $"UPDATE {Letter} t SET t.state = '{Word.Of(state)}', t.attempts = t.attempts + 1, t.changed_at = SYSTIMESTAMP WHERE "
            + $"t.id = :id";

    public string ReadOpen =>
        $"""
        SELECT c.table_name, MIN(LPAD(TO_CHAR(c.wall), 20, '0') || LPAD(TO_CHAR(c.logical), 10, '0')),
            SUM(CASE c.state WHEN 'waiting' THEN 1 ELSE 0 END), SUM(CASE c.state WHEN 'open' THEN 1 ELSE 0 END)
        FROM {Letter} c WHERE c.failback = :failback AND <list> AND c.state IN ('waiting', 'open') GROUP BY c.table_name
        """;

    private static string IsDelete(string table) => $"CASE WHEN COALESCE(LENGTH({table}.after_json), 0) = 0 THEN 1 ELSE 0 END";

    private static string Image(string column, bool wanted) =>
        wanted ? string.Create(
            CultureInfo.InvariantCulture, $"CASE WHEN LENGTH(c.{column}) <= {ILetterStore.LargestImage} THEN c.{column} END") : "NULL";

    private static string Ids(IReadOnlyList<long> ids) => "(" + string.Join(
        " OR ", ids.Chunk(OracleList.Longest)
        .Select(part => $"c.id IN ({string.Join(", ", part.Select(id => id.ToString(CultureInfo.InvariantCulture)))})")) + ")";
}
