using Failback.Applier.Postgres.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;

namespace Failback.Applier.Postgres.Staging;

/// <summary>Texts of the statements on the letters.</summary>
internal sealed class PostgresLetterSql(string schema)
{
    private readonly string _s = PostgresName.Quote(schema);

    /// <summary>The table as a text that is looked up.</summary>
    public string Table => $"{_s}.pending_mutation";

    /// <summary>Parameters that are NULL match everything.</summary>
    public string Find =>
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

    public string Change =>
        $"UPDATE {_s}.pending_mutation SET state = $2, reason = $3, settled_by = $4, attempts = 0, changed_at = clock_timestamp() WHERE "
            + $"id = ANY($1)";

    public string Replace => $"UPDATE {_s}.pending_mutation SET after_json = $2 WHERE id = $1";

    public string Versions =>
        $"""
        SELECT l.id, o.id, o.wall, o.logical, octet_length(o.after_json) = 0, o.state FROM {_s}.pending_mutation l JOIN {_s}.pending_mutation o USING (failback, table_name, key_digest) WHERE l.id = ANY($1)
        UNION ALL
        SELECT l.id, 0, v.wall, v.logical, v.deleted, 'applied' FROM {_s}.pending_mutation l JOIN {_s}.row_version v USING (failback, table_name, key_digest) WHERE l.id = ANY($1)
        ORDER BY 1, 3, 4, 2
        """;

    /// <summary>
    /// Returns table and state of the same versions that were waiting or open before. Of a row and a delete with one timestamp the row is
    /// kept.
    /// </summary>
    public string Add =>
        $"""
        WITH old AS (
            SELECT p.table_name, p.state FROM {_s}.pending_mutation p JOIN unnest($2, $3, $4, $5) AS u(t, k, w, l)
                ON p.table_name = u.t AND p.key_digest = u.k AND p.wall = u.w AND p.logical = u.l
            WHERE p.failback = $1 AND p.state IN ('waiting', 'open')),
        added AS (
        INSERT INTO {_s}.pending_mutation (failback, table_name, key_digest, wall, logical, key_json, after_json, before_json, state, error_class, error_code, error_message, attempts)
        SELECT $1, u.* FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS u
        ON CONFLICT (failback, table_name, key_digest, wall, logical) DO UPDATE SET state = EXCLUDED.state, error_class = EXCLUDED.error_class,
            key_json = CASE WHEN octet_length(EXCLUDED.after_json) > 0 THEN EXCLUDED.key_json ELSE pending_mutation.key_json END,
            before_json = CASE WHEN octet_length(EXCLUDED.after_json) > 0 THEN EXCLUDED.before_json ELSE pending_mutation.before_json END,
            after_json = CASE WHEN octet_length(EXCLUDED.after_json) > 0 THEN EXCLUDED.after_json ELSE pending_mutation.after_json END,
            error_code = EXCLUDED.error_code, error_message = EXCLUDED.error_message, attempts = pending_mutation.attempts + 1, changed_at = clock_timestamp())
        SELECT table_name, state FROM old
        """;

    /// <summary>Returns the state that each letter had before. As everywhere, a row comes after a delete with its timestamp.</summary>
    public string Supersede =>
        $"""
        WITH old AS (
            SELECT p.id, p.state FROM {_s}.pending_mutation p JOIN unnest($3, $4, $5, $6) AS u(k, w, l, d) ON p.key_digest = u.k
            WHERE p.failback = $1 AND p.table_name = $2 AND p.state IN ('waiting', 'open') AND (p.wall, p.logical, octet_length(p.after_json) > 0) <= (u.w, u.l, NOT u.d)),
        done AS (UPDATE {_s}.pending_mutation p SET state = 'superseded', changed_at = clock_timestamp() FROM old WHERE p.id = old.id)
        SELECT state FROM old
        """;

    public string ReadWaiting =>
        $"""
        SELECT {StagingRows.LetterColumns}
        FROM {_s}.pending_mutation WHERE failback = $1 AND table_name = ANY($2) AND state = 'waiting' ORDER BY wall, logical, id LIMIT $3
        """;

    public string Settle =>
        $"UPDATE {_s}.pending_mutation SET state = $2, attempts = attempts + 1, changed_at = clock_timestamp() WHERE id = ANY($1)";

    public string ReadOpen =>
        $"""
        SELECT DISTINCT ON (table_name) table_name, wall, logical, count(*) FILTER (WHERE state = 'waiting') OVER t, count(*) FILTER (WHERE state = 'open') OVER t
        FROM {_s}.pending_mutation WHERE failback = $1 AND table_name = ANY($2) AND state IN ('waiting', 'open')
        WINDOW t AS (PARTITION BY table_name) ORDER BY table_name, wall, logical
        """;
}
