using Failback.Applier.MySql.Connection;
using Failback.Apply.Staging;

namespace Failback.Applier.MySql.Staging;

/// <summary>Texts of the statements on the staging database; &lt;list&gt; stands for a list of values or rows.</summary>
internal sealed class MySqlStagingSql(string schema)
{
    private const string CheckpointColumns =
        "table_name, resolved_wall, resolved_logical, epoch, revision, consistent, received, applied, superseded, filtered, dead_lettered";

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
            epoch bigint NOT NULL DEFAULT 0, revision bigint NOT NULL DEFAULT 0, owner varchar(200) NOT NULL DEFAULT '', consistent boolean NOT NULL DEFAULT false,
            received bigint NOT NULL DEFAULT 0, applied bigint NOT NULL DEFAULT 0, superseded bigint NOT NULL DEFAULT 0,
            filtered bigint NOT NULL DEFAULT 0, dead_lettered bigint NOT NULL DEFAULT 0,
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

    /// <summary>Rows are (failback, table).</summary>
    public string Register =>
        $"INSERT INTO {_s}.checkpoint (failback, table_name) VALUES <list> ON DUPLICATE KEY UPDATE table_name = table_name";

    public string Beat =>
        $"INSERT INTO {_s}.member (replica, seen_at) VALUES (?, UTC_TIMESTAMP(6)) ON DUPLICATE KEY UPDATE seen_at = VALUES(seen_at)";

    public string Live => $"SELECT replica FROM {_s}.member WHERE seen_at > UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND ORDER BY replica";

    public string Leave => $"DELETE FROM {_s}.member WHERE replica = ? OR seen_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY";

    public string TakeOver =>
        $"UPDATE {_s}.checkpoint SET epoch = epoch + 1, owner = ?, updated_at = UTC_TIMESTAMP(6) WHERE failback = ? AND table_name IN "
            + $"(<list>)";

    public string Read => $"SELECT {CheckpointColumns} FROM {_s}.checkpoint WHERE failback = ?";

    public string ReadTables => $"SELECT {CheckpointColumns} FROM {_s}.checkpoint WHERE failback = ? AND table_name IN (<list>)";

    public string Lock => $"{ReadTables} ORDER BY table_name FOR UPDATE";

    public string Advance =>
        $"""
        UPDATE {_s}.checkpoint SET resolved_wall = ?, resolved_logical = ?, consistent = ?, revision = revision + 1, received = received + ?, applied = applied + ?,
            superseded = superseded + ?, filtered = filtered + ?, dead_lettered = dead_lettered + ?, updated_at = UTC_TIMESTAMP(6)
        WHERE failback = ? AND table_name = ?
        """;

    public string Count =>
        $"UPDATE {_s}.checkpoint SET applied = applied + ?, superseded = superseded + ?, filtered = filtered + ?, dead_lettered = "
            + $"dead_lettered + ? WHERE failback = ? AND table_name = ?";

    public string ReadPositions =>
        $"SELECT table_name, publisher, sequence, total FROM {_s}.publisher_position WHERE failback = ? AND table_name IN (<list>)";

    public string SavePositions =>
        $"INSERT INTO {_s}.publisher_position (failback, table_name, publisher, sequence, total, seen_at) VALUES ";

    public const string PositionRow = "(?, ?, ?, ?, ?, UTC_TIMESTAMP(6))";

    public const string ReplacePosition =
        " ON DUPLICATE KEY UPDATE sequence = VALUES(sequence), total = VALUES(total), seen_at = VALUES(seen_at)";

    /// <summary>A publisher lives as long as its connection; one that was silent for days will not come back.</summary>
    public string ForgetPublishers =>
        $"""
        DELETE p FROM {_s}.publisher_position AS p JOIN (SELECT failback, MAX(seen_at) AS newest FROM {_s}.publisher_position GROUP BY failback) AS n ON n.failback = p.failback
        WHERE p.failback = ? AND p.seen_at < n.newest - INTERVAL 30 DAY
        """;

    public string ReadVersions =>
        $"SELECT key_digest, wall, logical, deleted FROM {_s}.row_version WHERE failback = ? AND table_name = ? AND key_digest IN (<list>)";

    public string SaveVersions => $"INSERT INTO {_s}.row_version (failback, table_name, key_digest, wall, logical, deleted) VALUES ";

    public const string ReplaceVersion =
        " ON DUPLICATE KEY UPDATE wall = VALUES(wall), logical = VALUES(logical), deleted = VALUES(deleted)";

    public string PruneVersions =>
        $"DELETE FROM {_s}.row_version WHERE failback = ? AND table_name = ? AND (wall < ? OR (wall = ? AND logical <= ?))";

    public string HighestVersions =>
        $"""
        SELECT v.table_name, v.wall, MAX(v.logical) FROM {_s}.row_version v
        JOIN (SELECT table_name, MAX(wall) AS wall FROM {_s}.row_version WHERE failback = ? AND table_name IN (<list>) GROUP BY table_name) h
            ON h.table_name = v.table_name AND h.wall = v.wall
        WHERE v.failback = ? GROUP BY v.table_name, v.wall
        """;

    /// <summary>Letters of the given rows that hold a watermark; whoever asks compares versions.</summary>
    public string LettersOf =>
        $"""
        SELECT id, table_name, key_digest, wall, logical, state FROM {_s}.pending_mutation
        WHERE failback = ? AND table_name = ? AND state IN ('waiting', 'open') AND key_digest IN (<list>) FOR UPDATE
        """;

    public string AddLetters =>
        $"INSERT INTO {_s}.pending_mutation (failback, table_name, key_digest, wall, logical, key_json, after_json, before_json, state, "
            + $"error_class, error_code, error_message, attempts) VALUES ";

    public const string ReplaceLetter =
        " ON DUPLICATE KEY UPDATE state = VALUES(state), error_class = VALUES(error_class), error_code = VALUES(error_code), "
            + "error_message = VALUES(error_message), attempts = attempts + 1, changed_at = UTC_TIMESTAMP(6)";

    public string SupersedeLetters => $"UPDATE {_s}.pending_mutation SET state = 'superseded', changed_at = UTC_TIMESTAMP(6) WHERE id IN (";

    public string ReadWaiting =>
        $"""
        SELECT id, table_name, key_digest, wall, logical, key_json, after_json, before_json, error_code, error_message, attempts
        FROM {_s}.pending_mutation WHERE failback = ? AND table_name IN (<list>) AND state = 'waiting' ORDER BY wall, logical, id LIMIT 
        """;

    public string SettleLetters(LetterState state) =>
        $"UPDATE {_s}.pending_mutation SET state = '{StateText(state)}', attempts = attempts + 1, changed_at = UTC_TIMESTAMP(6) WHERE id "
            + $"IN (";

    /// <summary>The lowest version of a table is the least of its numbers written with leading zeros.</summary>
    public string ReadOpen =>
        $"""
        SELECT table_name, MIN(CONCAT(LPAD(wall, 20, '0'), LPAD(logical, 10, '0'))), CAST(SUM(state = 'waiting') AS SIGNED), CAST(SUM(state = 'open') AS SIGNED)
        FROM {_s}.pending_mutation WHERE failback = ? AND table_name IN (<list>) AND state IN ('waiting', 'open') GROUP BY table_name
        """;

    /// <summary>Spelling of a state in the table.</summary>
    public static string StateText(LetterState state) => state switch
    {
        LetterState.Waiting => "waiting",
        LetterState.Open => "open",
        LetterState.Superseded => "superseded",
        LetterState.Applied => "applied",
        _ => "discarded",
    };
}
