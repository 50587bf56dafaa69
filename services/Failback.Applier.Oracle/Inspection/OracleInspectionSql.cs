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

    public const string Triggers =
        "SELECT t.table_owner, t.table_name, t.owner, t.trigger_name FROM SYS.ALL_TRIGGERS t WHERE t.status = 'ENABLED' AND "
            + "t.base_object_type = 'TABLE'";

    /// <summary>Child, parent, constraint, what a delete does, whether it holds for rows from before.</summary>
    public const string ForeignKeys = """
        SELECT n.owner, n.table_name, p.owner, p.table_name, n.constraint_name, n.delete_rule, n.validated
        FROM SYS.ALL_CONSTRAINTS n JOIN SYS.ALL_CONSTRAINTS p ON p.owner = n.r_owner AND p.constraint_name = n.r_constraint_name
        WHERE n.constraint_type = 'R' AND n.status = 'ENABLED'
        """;

    public const string Identities = "SELECT i.owner, i.table_name, i.column_name, i.generation_type FROM SYS.ALL_TAB_IDENTITY_COLS i";

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
