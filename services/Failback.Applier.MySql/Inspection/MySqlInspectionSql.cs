using Failback.Applier.MySql.Connection;

namespace Failback.Applier.MySql.Inspection;

/// <summary>
/// Queries of the catalogue of MySQL and MariaDB, each answering the columns of a finding: code, severity, table, message, fix. Of tables
/// that do not take part the caller keeps nothing.
/// </summary>
internal static class MySqlInspectionSql
{
    /// <summary>Findings about tables; <c>@own</c> is the database.</summary>
    public static readonly string[] Tables =
    [
        """
        SELECT 'not_transactional', 'error', TABLE_NAME, CONCAT('the engine ', ENGINE, ' knows no transactions: rows and checkpoint could part'), CONCAT('ALTER TABLE `', TABLE_SCHEMA, '`.`', TABLE_NAME, '` ENGINE = InnoDB;')
        FROM information_schema.TABLES WHERE TABLE_SCHEMA = @own AND ENGINE NOT IN ('InnoDB', 'ROCKSDB')
        """,
        """
        SELECT 'triggers', 'warning', EVENT_OBJECT_TABLE,
          CONCAT('trigger ', TRIGGER_NAME, ' fires for rows of the failback too: what it did was done at the source already; keep the answer of SHOW CREATE TRIGGER for the way back'),
          CONCAT('DROP TRIGGER `', TRIGGER_SCHEMA, '`.`', TRIGGER_NAME, '`;')
        FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = @own
        """,
        """
        SELECT 'column_charset', 'warning', TABLE_NAME, CONCAT(COLUMN_NAME, ': ', CHARACTER_SET_NAME, ' lacks characters that CockroachDB has'),
          CONCAT('ALTER TABLE `', TABLE_SCHEMA, '`.`', TABLE_NAME, '` CONVERT TO CHARACTER SET utf8mb4;')
        FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = @own AND CHARACTER_SET_NAME IS NOT NULL AND CHARACTER_SET_NAME NOT IN ('utf8mb4', 'binary')
        """,
        """
        SELECT 'on_update_timestamp', 'info', TABLE_NAME, CONCAT(COLUMN_NAME, ': ON UPDATE CURRENT_TIMESTAMP does not touch it, the value of the source is written'), NULL
        FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = @own AND EXTRA LIKE '%on update%'
        """,
        """
        SELECT 'sequences', 'info', TABLE_NAME, CONCAT(COLUMN_NAME, ': AUTO_INCREMENT follows the highest number that arrives; numbers that the source gave and took back are not known here'), NULL
        FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = @own AND EXTRA LIKE '%auto_increment%'
        """,
    ];

    /// <summary>Findings about the server and the database.</summary>
    public static readonly string[] Server =
    [
        """
        SELECT 'read_only', 'error', NULL, 'the server is read-only: it is a replica, or set so', 'SET GLOBAL read_only = OFF;' FROM DUAL WHERE @@global.read_only <> 0
        """,
        """
        SELECT 'encoding', 'warning', NULL, CONCAT('new tables of the database get the character set ', DEFAULT_CHARACTER_SET_NAME), CONCAT('ALTER DATABASE `', SCHEMA_NAME, '` CHARACTER SET utf8mb4;')
        FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = @own AND DEFAULT_CHARACTER_SET_NAME <> 'utf8mb4'
        """,
        """
        SELECT 'sql_mode', 'info', NULL, 'applications have no strict sql_mode here: after the way back the server cuts and replaces values silently again; sessions of the failback are strict whatever it says',
          CONCAT('SET GLOBAL sql_mode = ''', TRIM(BOTH ',' FROM CONCAT(@@global.sql_mode, ',STRICT_TRANS_TABLES')), ''';')
        FROM DUAL WHERE @@global.sql_mode NOT LIKE '%STRICT_%'
        """,
        """
        SELECT 'time_zone', 'info', NULL, CONCAT('applications have the time zone ', @@global.time_zone, ' here; the failback writes UTC, so that datetime columns hold UTC'), 'SET GLOBAL time_zone = ''+00:00'';'
        FROM DUAL WHERE @@global.time_zone NOT IN ('UTC', '+00:00') AND NOT (@@global.time_zone = 'SYSTEM' AND @@global.system_time_zone IN ('UTC', 'GMT'))
        """,
        """
        SELECT 'commit_not_durable', 'warning', NULL, 'commits are answered before they are on disk (innodb_flush_log_at_trx_commit is not 1): a crash of the server can lose rows that were acknowledged',
          'SET GLOBAL innodb_flush_log_at_trx_commit = 1;'
        FROM DUAL WHERE @@global.innodb_flush_log_at_trx_commit <> 1
        """,
        """
        SELECT 'forward_replication', 'warning', NULL, CONCAT('a client at ', HOST, ' reads the binary log: if that is the replication to CockroachDB, rows go round in a loop'), CONCAT('KILL ', ID, ';')
        FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'
        """,
    ];

    /// <summary>
    /// Foreign keys from and to the database: constraint, child's database, child, parent's database, parent, what a delete does.
    /// </summary>
    public const string ForeignKeys = """
        SELECT k.CONSTRAINT_NAME, k.TABLE_SCHEMA, k.TABLE_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, MAX(r.DELETE_RULE)
        FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
          ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
        WHERE k.REFERENCED_TABLE_NAME IS NOT NULL AND (k.TABLE_SCHEMA = @own OR k.REFERENCED_TABLE_SCHEMA = @own)
        GROUP BY k.CONSTRAINT_NAME, k.TABLE_SCHEMA, k.TABLE_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME
        """;

    public const string HasLog = "SELECT @@global.log_bin";

    public const string Clock = "SELECT UTC_TIMESTAMP(6)";

    public const string User = "SELECT CURRENT_USER()";

    public const string Grants = "SHOW GRANTS";

    /// <summary>Databases of ours, and those of Replicator, that the user may see.</summary>
    public const string StagingSchemas = """
        SELECT TABLE_SCHEMA, TABLE_NAME = 'checkpoint' FROM information_schema.COLUMNS
        WHERE (TABLE_NAME = 'checkpoint' AND COLUMN_NAME = 'resolved_wall') OR (TABLE_NAME = 'checkpoints' AND COLUMN_NAME = 'target_applied_at')
        """;

    /// <summary>Failbacks at work: an owner that is alive moved a checkpoint a moment ago.</summary>
    public static string Others(string schema) => $"""
        SELECT c.failback, c.table_name FROM {MySqlName.Quote(schema)}.checkpoint c JOIN {MySqlName.Quote(schema)}.member m ON m.replica = c.owner
        WHERE m.seen_at > UTC_TIMESTAMP(6) - INTERVAL 10 SECOND AND c.updated_at > UTC_TIMESTAMP(6) - INTERVAL 15 SECOND
        """;

    /// <summary>Whether Replicator made progress a moment ago.</summary>
    public static string Replicator(string schema) =>
        $"SELECT 1 FROM {MySqlName.Quote(schema)}.checkpoints WHERE target_applied_at > UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE LIMIT 1";
}
