namespace Failback.Control.Storage;

/// <summary>
/// The tables of control, version by version; versions are only added, never changed. Types are TEXT, BIGINT and IDENTITY (a key
/// that counts up by itself). Times are milliseconds since 1970; further fields are JSON in <c>body</c>.
/// </summary>
internal static class SchemaVersions
{
    public static readonly string[][] All =
    [
        [
            "CREATE TABLE failback (name TEXT PRIMARY KEY, revision BIGINT NOT NULL, webhook_path TEXT NOT NULL UNIQUE, body TEXT NOT "
                + "NULL)",
            "CREATE TABLE failback_queue (failback TEXT NOT NULL REFERENCES failback (name) ON DELETE CASCADE, queue TEXT NOT NULL, "
                + "PRIMARY KEY (failback, queue))",
            """
            CREATE TABLE table_progress (
                failback TEXT NOT NULL REFERENCES failback (name) ON DELETE CASCADE, table_name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (failback, table_name))
            """,
            "CREATE TABLE revision (last BIGINT NOT NULL)",
            "INSERT INTO revision VALUES (0)",
        ],
        ["CREATE TABLE changefeed (failback TEXT PRIMARY KEY REFERENCES failback (name) ON DELETE CASCADE, body TEXT NOT NULL)"],
        [
            """
            CREATE TABLE userscript (
                failback TEXT NOT NULL REFERENCES failback (name) ON DELETE CASCADE, version BIGINT NOT NULL, sha256 TEXT NOT NULL, body TEXT NOT NULL,
                PRIMARY KEY (failback, version), UNIQUE (failback, sha256))
            """,
        ],
        [
            "CREATE TABLE operation (id TEXT PRIMARY KEY, failback TEXT NOT NULL, state TEXT NOT NULL, cancel BIGINT NOT NULL, body TEXT "
                + "NOT NULL)",
            "CREATE INDEX operation_state ON operation (state)",
            "CREATE TABLE repeatable_call (id TEXT PRIMARY KEY, made_at BIGINT NOT NULL, body TEXT NOT NULL)",
            "CREATE TABLE event (id BIGINT PRIMARY KEY, failback TEXT NOT NULL REFERENCES failback (name) ON DELETE CASCADE, body TEXT "
                + "NOT NULL)",
            "CREATE INDEX event_failback ON event (failback, id)",
        ],
        [
            "CREATE TABLE audit (number BIGINT PRIMARY KEY, body TEXT NOT NULL)",
            "CREATE TABLE audit_head (number BIGINT NOT NULL, hash TEXT NOT NULL)",
            "INSERT INTO audit_head VALUES (0, '')",
        ],
        [
            // Without a reference to failback: the run that deletes one outlives it.
            "CREATE TABLE step_run (id TEXT PRIMARY KEY, failback TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, "
                + "revision BIGINT NOT NULL, body TEXT NOT NULL)",
            "CREATE INDEX step_run_state ON step_run (state)",
        ],
        [
            """
            CREATE TABLE witness (
                failback TEXT NOT NULL REFERENCES failback (name) ON DELETE CASCADE, table_name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (failback, table_name))
            """,
            "ALTER TABLE failback_queue ADD COLUMN declared BIGINT NOT NULL DEFAULT 0",
            // Queues that an earlier release has recorded are there, but for a crash at the first start.
            "UPDATE failback_queue SET declared = 1",
        ],
    ];
}
