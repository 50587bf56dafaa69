using Failback.Applier.MySql.Connection;
using Failback.Apply.Staging;

namespace Failback.Applier.MySql.Staging;

/// <summary>
/// Texts that make the tables of the staging database, and of the statements on all of them but the letters; &lt;list&gt; stands for a list
/// of values or rows.
/// </summary>
internal sealed class MySqlCheckpointSql(string schema)
{
    private const string Options = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";

    private readonly string _s = MySqlName.Quote(schema);

    public const string DatabaseExists = "SELECT EXISTS (SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?)";

    public string CreateDatabase => $"CREATE DATABASE IF NOT EXISTS {_s}";

    public IReadOnlyList<string> Create =>
    [
        $"""
        CREATE TABLE IF NOT EXISTS {_s}.checkpoint (
            failback varchar(100) NOT NULL, table_name varchar(160) NOT NULL,
            resolved_wall bigint NOT NULL DEFAULT 0, resolved_logical int NOT NULL DEFAULT 0,
            epoch bigint NOT NULL DEFAULT 0, revision bigint NOT NULL DEFAULT 0, owner varchar(200) NOT NULL DEFAULT '', consistent boolean NOT NULL DEFAULT false, key_order text,
            received bigint NOT NULL DEFAULT 0, applied bigint NOT NULL DEFAULT 0, superseded bigint NOT NULL DEFAULT 0,
            filtered bigint NOT NULL DEFAULT 0, dead_lettered bigint NOT NULL DEFAULT 0, lineage varchar(40),
            updated_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), PRIMARY KEY (failback, table_name)) {Options}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {_s}.publisher_position (
            failback varchar(100) NOT NULL, table_name varchar(160) NOT NULL, publisher varchar(100) NOT NULL, sequence bigint NOT NULL, total bigint NOT NULL,
            seen_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), PRIMARY KEY (failback, table_name, publisher)) {Options}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {_s}.row_version (
            failback varchar(100) NOT NULL, table_name varchar(160) NOT NULL, key_digest binary(16) NOT NULL, wall bigint NOT NULL, logical int NOT NULL,
            deleted boolean NOT NULL, PRIMARY KEY (failback, table_name, key_digest)) {Options}
        """,
        $"""
        CREATE TABLE IF NOT EXISTS {_s}.pending_mutation (
            id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, failback varchar(100) NOT NULL, table_name varchar(160) NOT NULL, key_digest binary(16) NOT NULL,
            wall bigint NOT NULL, logical int NOT NULL, key_json longblob NOT NULL, after_json longblob NOT NULL, before_json longblob NOT NULL,
            state varchar(16) NOT NULL, error_class varchar(32) NOT NULL, error_code varchar(64) NOT NULL, error_message text NOT NULL, attempts int NOT NULL,
            reason text, settled_by text, created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), changed_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
            UNIQUE KEY pending_mutation_version (failback, table_name, key_digest, wall, logical),
            KEY pending_mutation_open (failback, table_name, state, wall, logical)) {Options}
        """,
        $"CREATE TABLE IF NOT EXISTS {_s}.member (replica varchar(200) NOT NULL PRIMARY KEY, seen_at datetime(6) NOT NULL) {Options}",
    ];

    /// <summary>Rows are (failback, table, lineage).</summary>
    public string Register =>
        $"INSERT INTO {_s}.checkpoint (failback, table_name, lineage) VALUES <list> ON DUPLICATE KEY UPDATE table_name = table_name";

    /// <summary>Rows that an earlier build made.</summary>
    public string GiveLineage => $"UPDATE {_s}.checkpoint SET lineage = ? WHERE failback = ? AND lineage IS NULL";

    public string Beat =>
        $"INSERT INTO {_s}.member (replica, seen_at) VALUES (?, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE seen_at = VALUES(seen_at)";

    public string Live => $"SELECT replica FROM {_s}.member WHERE seen_at > UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND ORDER BY replica";

    public string Leave => $"DELETE FROM {_s}.member WHERE replica = ? OR seen_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY";

    public string TakeOver =>
        $"UPDATE {_s}.checkpoint SET epoch = epoch + 1, owner = ?, updated_at = UTC_TIMESTAMP(6) WHERE failback = ? AND table_name IN "
            + $"(<list>)";

    public string Read => $"SELECT {StagingRows.CheckpointColumns} FROM {_s}.checkpoint WHERE failback = ?";

    public string ReadTables =>
        $"SELECT {StagingRows.CheckpointColumns} FROM {_s}.checkpoint WHERE failback = ? AND table_name IN (<list>)";

    public string Lock => $"{ReadTables} ORDER BY table_name FOR UPDATE";

    public string Advance =>
        $"""
        UPDATE {_s}.checkpoint SET resolved_wall = ?, resolved_logical = ?, consistent = ?, revision = revision + 1, received = received + ?, applied = applied + ?,
            superseded = superseded + ?, filtered = filtered + ?, dead_lettered = dead_lettered + ?, updated_at = UTC_TIMESTAMP(6)
        WHERE failback = ? AND table_name = ?
        """;

    public string Rewind =>
        $"""
        UPDATE {_s}.checkpoint SET resolved_wall = ?, resolved_logical = ?, epoch = ?, revision = ?, consistent = false, updated_at = UTC_TIMESTAMP(6)
        WHERE failback = ? AND table_name = ?
        """;

    public string ForgetPositions => $"DELETE FROM {_s}.publisher_position WHERE failback = ? AND table_name = ?";

    public string SaveKeyOrder => $"UPDATE {_s}.checkpoint SET key_order = ? WHERE failback = ? AND table_name = ?";

    public string Count =>
        $"UPDATE {_s}.checkpoint SET applied = applied + ?, superseded = superseded + ?, filtered = filtered + ?, dead_lettered = "
            + $"dead_lettered + ? WHERE failback = ? AND table_name = ?";

    public string ReadPositions =>
        $"SELECT {StagingRows.PositionColumns} FROM {_s}.publisher_position WHERE failback = ? AND table_name IN (<list>)";

    public string SavePositions =>
        $"INSERT INTO {_s}.publisher_position (failback, table_name, publisher, sequence, total, seen_at) VALUES ";

    public const string PositionRow = "(?, ?, ?, ?, ?, UTC_TIMESTAMP(6))";

    public const string ReplacePosition =
        " ON DUPLICATE KEY UPDATE sequence = VALUES(sequence), total = VALUES(total), seen_at = VALUES(seen_at)";

    /// <summary>
    /// A publisher gives an id up that was idle for days. Only the table's own time counts: while its queue stands, nothing is heard.
    /// </summary>
    public string ForgetPublishers =>
        $"""
        DELETE p FROM {_s}.publisher_position AS p JOIN (SELECT failback, table_name, MAX(seen_at) AS newest FROM {_s}.publisher_position GROUP BY failback, table_name) AS n
            ON n.failback = p.failback AND n.table_name = p.table_name
        WHERE p.failback = ? AND p.seen_at < n.newest - INTERVAL 30 DAY
        """;

    public string ReadVersions =>
        $"SELECT {StagingRows.VersionColumns} FROM {_s}.row_version WHERE failback = ? AND table_name = ? AND key_digest IN (<list>)";

    public string SaveVersions => $"INSERT INTO {_s}.row_version (failback, table_name, key_digest, wall, logical, deleted) VALUES ";

    public const string ReplaceVersion =
        " ON DUPLICATE KEY UPDATE wall = VALUES(wall), logical = VALUES(logical), deleted = VALUES(deleted)";

    public string PruneVersions =>
        $"DELETE FROM {_s}.row_version WHERE failback = ? AND table_name = ? AND (wall < ? OR (wall = ? AND logical <= ?)) LIMIT ?";

    public string HighestVersions =>
        $"""
        SELECT v.table_name, v.wall, MAX(v.logical) FROM {_s}.row_version v
        JOIN (SELECT table_name, MAX(wall) AS wall FROM {_s}.row_version WHERE failback = ? AND table_name IN (<list>) GROUP BY table_name) h
            ON h.table_name = v.table_name AND h.wall = v.wall
        WHERE v.failback = ? GROUP BY v.table_name, v.wall
        """;
}
