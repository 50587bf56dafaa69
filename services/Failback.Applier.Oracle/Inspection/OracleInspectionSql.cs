namespace Failback.Applier.Oracle.Inspection;

/// <summary>
/// Queries of the data dictionary for the checks before a start.
/// https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/ALL_TAB_PRIVS.html
/// </summary>
internal static class OracleInspectionSql
{
    public const string User = "SELECT SYS_CONTEXT('USERENV', 'CURRENT_USER') FROM DUAL";

    public const string Role = "SELECT SYS_CONTEXT('USERENV', 'DATABASE_ROLE') FROM DUAL";

    public const string Clock = "SELECT TO_CHAR(SYSTIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM DUAL";

    public const string SystemPrivileges = "SELECT p.privilege FROM SYS.SESSION_PRIVS p";

    public const string TablePrivileges = """
        SELECT p.table_schema, p.table_name, p.privilege FROM SYS.ALL_TAB_PRIVS p
        WHERE p.grantee = 'PUBLIC' OR p.grantee = SYS_CONTEXT('USERENV', 'CURRENT_USER') OR p.grantee IN (SELECT r.role FROM SYS.SESSION_ROLES r)
        """;

    public const string Quotas = "SELECT COUNT(*) FROM SYS.USER_TS_QUOTAS q WHERE q.max_bytes < 0 OR q.max_bytes > q.bytes";

    /// <summary>Table, trigger, and when it runs.</summary>
    /// <param name="view"><c>ALL_TRIGGERS</c>, which hides those of others' tables from an ordinary user, or <c>DBA_TRIGGERS</c>.</param>
    public static string Triggers(string view) =>
        "SELECT t.table_owner, t.table_name, t.owner, t.trigger_name, t.trigger_type FROM SYS." + view
            + " t WHERE t.status = 'ENABLED' AND t.base_object_type = 'TABLE'";

    /// <summary>Child, parent, constraint, what a delete does, whether it holds for rows from before.</summary>
    /// <param name="view"><c>ALL_CONSTRAINTS</c>, which hides those of tables that the user may not read, or
    /// <c>DBA_CONSTRAINTS</c>.</param>
    public static string ForeignKeys(string view) => $"""
        SELECT n.owner, n.table_name, p.owner, p.table_name, n.constraint_name, n.delete_rule, n.validated
        FROM SYS.{view} n JOIN SYS.{view} p ON p.owner = n.r_owner AND p.constraint_name = n.r_constraint_name
        WHERE n.constraint_type = 'R' AND n.status = 'ENABLED'
        """;

    /// <summary>Child, constraint and a column of it, in their order.</summary>
    public const string ForeignKeyColumns = """
        SELECT n.owner, n.table_name, n.constraint_name, k.column_name
        FROM SYS.ALL_CONSTRAINTS n JOIN SYS.ALL_CONS_COLUMNS k ON k.owner = n.owner AND k.constraint_name = n.constraint_name AND k.table_name = n.table_name
        WHERE n.constraint_type = 'R' AND n.status = 'ENABLED' ORDER BY n.owner, n.table_name, n.constraint_name, k.position
        """;

    /// <summary>Table, index and a column of it, in their order.</summary>
    public const string IndexColumns = """
        SELECT i.table_owner, i.table_name, i.index_name, k.column_name
        FROM SYS.ALL_INDEXES i JOIN SYS.ALL_IND_COLUMNS k ON k.index_owner = i.owner AND k.index_name = i.index_name
        ORDER BY i.table_owner, i.table_name, i.index_name, k.column_position
        """;

    /// <summary>Table, column, whether values are always given, and the sequence behind it.</summary>
    public const string Identities =
        "SELECT i.owner, i.table_name, i.column_name, i.generation_type, i.sequence_name FROM SYS.ALL_TAB_IDENTITY_COLS i";

    /// <summary>Supplemental logging of single tables, which replication from here needs.</summary>
    public const string LogGroups =
        "SELECT l.owner, l.table_name, MIN(l.log_group_name) FROM SYS.ALL_LOG_GROUPS l GROUP BY l.owner, l.table_name";

    /// <summary>Tables of ours by the name that only they have.</summary>
    public const string Positions = "SELECT t.owner, t.table_name FROM SYS.ALL_TABLES t WHERE t.table_name LIKE '%PUBLISHER_POSITION'";

    /// <summary>Failbacks at work: an owner that is alive moved a checkpoint a moment ago.</summary>
    public static string Others(string checkpoint, string member) => $"""
        SELECT c.failback, c.table_name FROM {checkpoint} c JOIN {member} m ON m.replica = c.owner
        WHERE m.seen_at > SYSTIMESTAMP - INTERVAL '10' SECOND AND c.updated_at > SYSTIMESTAMP - INTERVAL '15' SECOND
        """;
}
