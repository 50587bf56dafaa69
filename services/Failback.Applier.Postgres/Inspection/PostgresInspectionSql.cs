using Failback.Applier.Postgres.Connection;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>
/// Queries of the catalogue for the checks before a start. They return facts; what a fact means is said by
/// <see cref="PostgresTableFindings"/> and <see cref="PostgresServerFindings"/>. https://www.postgresql.org/docs/current/catalogs.html
/// </summary>
internal static class PostgresInspectionSql
{
    /// <summary>
    /// Object ids of tables; $1 schemas, $2 names. Not by regclass, which needs USAGE on the schema: that it is missing is a finding.
    /// </summary>
    public const string Ids = """
        SELECT c.oid::int8 FROM unnest($1, $2) AS t (s, n) JOIN pg_namespace n ON n.nspname = t.s JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.n
        """;

    /// <summary>
    /// User, whether a superuser, database, its encoding, CREATE on it, standby, read-only by default, durable commits, clock; then limits
    /// of
    /// connections with those in use: of the server, without what it reserves, of the database, of the user (-1: none). Sessions are
    /// counted
    /// by database, because the list of sessions hides those of others from an ordinary user.
    /// </summary>
    public const string Session = """
        SELECT r.rolname::text, r.rolsuper, d.datname::text, pg_encoding_to_char(d.encoding)::text, has_database_privilege(d.oid, 'CREATE'), pg_is_in_recovery(),
          current_setting('default_transaction_read_only') = 'on', current_setting('synchronous_commit') <> 'off', clock_timestamp(),
          current_setting('max_connections')::int4 - current_setting('superuser_reserved_connections')::int4 - coalesce(current_setting('reserved_connections', true)::int4, 0),
          (SELECT sum(numbackends) FROM pg_stat_database)::int4, d.datconnlimit, (SELECT numbackends FROM pg_stat_database WHERE datid = d.oid)::int4,
          r.rolconnlimit, (SELECT count(*) FROM pg_stat_activity WHERE usesysid = r.oid)::int4
        FROM pg_database d CROSS JOIN pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user
        """;

    /// <summary>Table and the privilege on it that is missing.</summary>
    public const string MissingPrivileges = """
        SELECT n.nspname::text, c.relname::text, p.privilege FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS p (privilege)
        WHERE c.oid = ANY ($1::int8[]::oid[]) AND NOT has_table_privilege(c.oid, p.privilege)
        """;

    /// <summary>Schemas that the user may not use.</summary>
    public const string ClosedSchemas = """
        SELECT n.nspname::text FROM pg_namespace n
        WHERE n.oid IN (SELECT relnamespace FROM pg_class WHERE oid = ANY ($1::int8[]::oid[])) AND NOT has_schema_privilege(n.oid, 'USAGE')
        """;

    /// <summary>Whether the user may make tables in the staging schema; no row: it is not there. $1 its name.</summary>
    public const string StagingSchema = "SELECT has_schema_privilege(oid, 'USAGE, CREATE') FROM pg_namespace WHERE nspname = $1";

    /// <summary>Tables of the staging schema that are not the user's, with their owners. $1 its name.</summary>
    public const string StagingTablesOfOthers = """
        SELECT c.relname::text, pg_get_userbyid(c.relowner)::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind = 'r' AND NOT pg_has_role(c.relowner, 'USAGE')
        """;

    /// <summary>States of triggers that fire in ordinary sessions; those of replicas and of all.</summary>
    public static readonly string[] FiringAsOrigin = ["O", "A"];

    /// <summary>States of triggers that fire in sessions with session_replication_role = replica.</summary>
    public static readonly string[] FiringAsReplica = ["R", "A"];

    /// <summary>Whether the user may keep triggers from firing; from release 15 on.</summary>
    public const string MaySilence = "SELECT has_parameter_privilege('session_replication_role', 'SET')";

    /// <summary>Table, trigger, and whether it runs before a row is written: bits 0 and 1 of the type; $2 is when it fires.</summary>
    public const string Triggers = """
        SELECT n.nspname::text, c.relname::text, g.tgname::text, g.tgtype & 3 = 3 FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT g.tgisinternal AND g.tgenabled::text = ANY ($2) AND g.tgrelid = ANY ($1::int8[]::oid[])
        """;

    /// <summary>
    /// Foreign keys from and to the tables: child, constraint, parent, what a delete does, whether it holds for rows from before, whether
    /// child and parent take part, columns of the child, whether an index of the child finds its rows, whether the child is partitioned.
    /// </summary>
    public const string ForeignKeys = """
        SELECT cn.nspname::text, c.relname::text, f.conname::text, pn.nspname::text, p.relname::text,
          CASE f.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END,
          f.convalidated, c.oid = ANY ($1::int8[]::oid[]), p.oid = ANY ($1::int8[]::oid[]),
          ARRAY(SELECT a.attname::text FROM unnest(f.conkey) WITH ORDINALITY AS k (n, o) JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.n ORDER BY k.o),
          EXISTS (SELECT FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indisvalid AND i.indpred IS NULL AND (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey),
          c.relkind = 'p'
        FROM pg_constraint f
        JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
        JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
        WHERE f.contype = 'f' AND f.conparentid = 0 AND (f.conrelid = ANY ($1::int8[]::oid[]) OR f.confrelid = ANY ($1::int8[]::oid[]))
        """;

    /// <summary>Table and rewrite rule.</summary>
    public const string Rules = """
        SELECT n.nspname::text, c.relname::text, r.rulename::text FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE r.ev_type IN ('2', '3', '4') AND r.ev_enabled <> 'D' AND r.ev_class = ANY ($1::int8[]::oid[])
        """;

    /// <summary>Table, whether it is not logged, whether row level security applies to the user.</summary>
    public const string TableKinds = """
        SELECT n.nspname::text, c.relname::text, c.relpersistence = 'u', c.relrowsecurity AND row_security_active(c.oid)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY ($1::int8[]::oid[])
        """;

    /// <summary>
    /// Sequences and the columns that they feed, as their owner, their identity or by a default: start, step, bounds, whether it begins
    /// again; table and column, whether that holds numbers, whether the table takes part. All columns of a sequence come where one does.
    /// </summary>
    public const string Sequences = """
        WITH fed AS (
          SELECT d.objid AS seq, d.refobjid AS rel, d.refobjsubid AS att FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
          WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
          UNION SELECT d.refobjid, ad.adrelid, ad.adnum FROM pg_depend d JOIN pg_attrdef ad ON d.classid = 'pg_attrdef'::regclass AND ad.oid = d.objid
          JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S' WHERE d.refclassid = 'pg_class'::regclass)
        SELECT sn.nspname::text, sc.relname::text, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle, n.nspname::text, c.relname::text, a.attname::text,
          bt.typcategory = 'N' AND bt.typname IN ('int2', 'int4', 'int8', 'numeric'), c.oid = ANY ($1::int8[]::oid[])
        FROM fed f JOIN pg_sequence s ON s.seqrelid = f.seq JOIN pg_class sc ON sc.oid = f.seq JOIN pg_namespace sn ON sn.oid = sc.relnamespace
        JOIN pg_class c ON c.oid = f.rel JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = f.rel AND a.attnum = f.att
        JOIN pg_type t ON t.oid = a.atttypid JOIN pg_type bt ON bt.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
        WHERE NOT c.relispartition AND f.seq IN (SELECT g.seq FROM fed g WHERE g.rel = ANY ($1::int8[]::oid[]))
        ORDER BY sn.nspname, sc.relname, n.nspname, c.relname, a.attnum
        """;

    /// <summary>Ordinary table with rows of its own and a table that inherits from it.</summary>
    public const string Children = """
        SELECT pn.nspname::text, p.relname::text, cn.nspname::text, c.relname::text
        FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent AND p.relkind = 'r' JOIN pg_namespace pn ON pn.oid = p.relnamespace
        JOIN pg_class c ON c.oid = h.inhrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
        WHERE p.oid = ANY ($1::int8[]::oid[])
        """;

    /// <summary>Table and exclusion constraint.</summary>
    public const string Exclusions = """
        SELECT n.nspname::text, c.relname::text, f.conname::text FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE f.contype = 'x' AND f.conparentid = 0 AND f.conrelid = ANY ($1::int8[]::oid[])
        """;

    /// <summary>Subscriptions at work that write into this database.</summary>
    public const string Subscriptions = """
        SELECT subname::text FROM pg_stat_subscription WHERE pid IS NOT NULL
          AND subid IN (SELECT oid FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """;

    /// <summary>Logical slots of this database, with the process that reads each.</summary>
    public const string Slots = """
        SELECT slot_name::text, active, active_pid::int4 FROM pg_replication_slots WHERE slot_type = 'logical' AND database = current_database()
        """;

    /// <summary>Staging schemas, ours and those of Replicator, which keeps its progress in tables of other names.</summary>
    public const string StagingSchemas = """
        SELECT n.nspname::text, c.relname = 'checkpoint', has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE (c.relname, a.attname) IN (('checkpoint', 'resolved_wall'), ('checkpoints', 'target_applied_at'))
        """;

    /// <summary>
    /// Failbacks at work on some of the tables: an owner that is alive moved their checkpoint a moment ago. $1 tables, $2 our name where
    /// the schema is our own.
    /// </summary>
    public static string Others(string schema) => $"""
        SELECT c.failback, min(c.table_name) FROM {PostgresName.Quote(schema)}.checkpoint c JOIN {PostgresName.Quote(schema)}.member m ON m.replica = c.owner
        WHERE c.table_name = ANY ($1) AND c.failback <> $2 AND m.seen_at > clock_timestamp() - interval '10 seconds' AND c.updated_at > clock_timestamp() - interval '15 seconds' GROUP BY 1
        """;

    /// <summary>Whether Replicator made progress into this database a moment ago.</summary>
    public static string Replicator(string schema) =>
        $"SELECT 1 FROM {PostgresName.Quote(schema)}.checkpoints WHERE target_applied_at > clock_timestamp() - interval '1 minute' LIMIT 1";
}
