using Failback.Applier.MySql.Connection;

namespace Failback.Applier.MySql.Inspection;

/// <summary>
/// Queries of the catalogue of MySQL and MariaDB for the checks before a start. They return facts about all tables of the database
/// <c>@own</c>; what a fact means is said by <see cref="MySqlTableFindings"/> and <see cref="MySqlServerFindings"/>.
/// https://dev.mysql.com/doc/refman/8.4/en/information-schema.html
/// </summary>
internal static class MySqlInspectionSql
{
    /// <summary>Table and its engine, where that knows no transactions.</summary>
    public const string Engines = """
        SELECT TABLE_NAME, ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = @own AND ENGINE NOT IN ('InnoDB', 'ROCKSDB')
        """;

    /// <summary>Table, trigger, and whether it runs before the row is written.</summary>
    public const string Triggers = """
        SELECT EVENT_OBJECT_TABLE, TRIGGER_SCHEMA, TRIGGER_NAME, ACTION_TIMING = 'BEFORE' FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = @own
        """;

    /// <summary>Table, column, its character set, and what else its definition says.</summary>
    public const string Columns = """
        SELECT TABLE_NAME, COLUMN_NAME, COALESCE(CHARACTER_SET_NAME, ''), LOWER(EXTRA), COALESCE(COLUMN_DEFAULT, '') FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = @own
          AND (CHARACTER_SET_NAME NOT IN ('utf8mb4', 'binary') OR EXTRA LIKE '%on update%' OR EXTRA LIKE '%auto_increment%' OR COLUMN_DEFAULT LIKE 'nextval(%')
        """;

    /// <summary>
    /// Read-only, character set of new tables, sql_mode, time zones, durability of commits, most connections of all and of the user, who
    /// that is.
    /// </summary>
    public const string Server = """
        SELECT @@global.read_only, (SELECT DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = @own), @@global.sql_mode, @@global.time_zone,
          @@global.system_time_zone, @@global.innodb_flush_log_at_trx_commit, @@global.max_connections, @@session.max_user_connections, CURRENT_USER()
        """;

    /// <summary>Name and number of sessions in use, those of other users too.</summary>
    public const string Sessions = "SHOW GLOBAL STATUS LIKE 'Threads_connected'";

    /// <summary>Number of sessions of the user.</summary>
    public const string OwnSessions =
        "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = SUBSTRING_INDEX(CURRENT_USER(), '@', 1)";

    /// <summary>Session and address of clients that read the binary log.</summary>
    public const string LogReaders = "SELECT ID, HOST FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'";

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
