namespace Failback.Applier.Oracle.Catalog;

/// <summary>Queries of the data dictionary. https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/ALL_TAB_COLS.html</summary>
internal static class OracleCatalogSql
{
    private const string OwnersOfPeople = "(SELECT u.username FROM SYS.ALL_USERS u WHERE u.oracle_maintained = 'N')";

    public const string CharacterSet = "SELECT p.\"VALUE\" FROM SYS.NLS_DATABASE_PARAMETERS p WHERE p.parameter = 'NLS_CHARACTERSET'";

    public const string Tables =
        $"""
        SELECT t.owner, t.table_name FROM SYS.ALL_TABLES t
        WHERE t.temporary = 'N' AND t.nested = 'NO' AND t.secondary = 'N' AND t.dropped = 'NO' AND (t.iot_type IS NULL OR t.iot_type = 'IOT') AND t.owner IN {OwnersOfPeople}
        """;

    /// <summary>Invisible columns of the user's belong to the table, hidden ones of the server do not.</summary>
    public const string Columns =
        $"""
        SELECT c.owner, c.table_name, c.column_name, c.data_type, c.data_length, c.char_length, c.char_used, c.data_precision, c.data_scale, c.nullable, c.virtual_column, c.default_length
        FROM SYS.ALL_TAB_COLS c
        WHERE (c.hidden_column = 'NO' OR c.user_generated = 'YES') AND c.owner IN {OwnersOfPeople} ORDER BY c.owner, c.table_name, c.internal_column_id
        """;

    /// <summary>Keys and foreign keys that are enforced; a primary key names rows even while it is not.</summary>
    public const string Constraints =
        $"""
        SELECT n.owner, n.table_name, n.constraint_name, n.constraint_type, k.column_name, n.deferrable, n.index_name, n.r_owner, n.r_constraint_name, n.delete_rule
        FROM SYS.ALL_CONSTRAINTS n JOIN SYS.ALL_CONS_COLUMNS k ON k.owner = n.owner AND k.constraint_name = n.constraint_name AND k.table_name = n.table_name
        WHERE n.constraint_type IN ('P', 'U', 'R') AND (n.status = 'ENABLED' OR n.constraint_type = 'P') AND n.owner IN {OwnersOfPeople}
        ORDER BY n.owner, n.table_name, n.constraint_name, k.position
        """;

    /// <summary>Tables whose rows something else may change.</summary>
    public const string Triggers =
        $"""
        SELECT DISTINCT t.table_owner, t.table_name FROM SYS.ALL_TRIGGERS t
        WHERE t.status = 'ENABLED' AND t.base_object_type = 'TABLE' AND t.table_owner IN {OwnersOfPeople}
        """;

    public const string Indexes =
        $"""
        SELECT i.table_owner, i.table_name, i.index_name, k.column_name
        FROM SYS.ALL_INDEXES i JOIN SYS.ALL_IND_COLUMNS k ON k.index_owner = i.owner AND k.index_name = i.index_name
        WHERE i.uniqueness = 'UNIQUE' AND i.table_owner IN {OwnersOfPeople} ORDER BY i.table_owner, i.table_name, i.index_name, k.column_position
        """;
}
