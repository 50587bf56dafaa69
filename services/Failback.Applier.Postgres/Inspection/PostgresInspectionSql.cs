using Failback.Applier.Postgres.Connection;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>
/// Queries of the catalogue, each answering the columns of a finding: code, severity, table, message, fix. Names come out in full:
/// search_path is empty.
/// </summary>
internal static class PostgresInspectionSql
{
    // Parameters: $1 object ids of the tables, $2 staging schema.
    public static readonly string[] Queries =
    [
        """
        SELECT 'target_privilege', 'error', t.oid::regclass::text, 'the user of target lacks ' || p.privilege,
          format('GRANT %s ON TABLE %s TO %I;', p.privilege, t.oid::regclass, current_user)
        FROM unnest($1::int8[]) AS t (oid) CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS p (privilege) WHERE NOT has_table_privilege(t.oid::oid, p.privilege)
        """,
        """
        SELECT 'target_schema_usage', 'error', n.nspname::text, 'the user of target may not use the schema', format('GRANT USAGE ON SCHEMA %I TO %I;', n.nspname, current_user)
        FROM pg_namespace n WHERE n.oid IN (SELECT relnamespace FROM pg_class WHERE oid = ANY ($1::int8[]::oid[])) AND NOT has_schema_privilege(n.oid, 'USAGE')
        """,
        """
        SELECT 'staging_privilege', 'error', $2::text, 'the user of target may not create the staging schema', format('GRANT CREATE ON DATABASE %I TO %I;', current_database(), current_user)
        WHERE $1::int8[] IS NOT NULL AND NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = $2::text) AND NOT has_database_privilege(current_database(), 'CREATE')
        UNION ALL SELECT 'staging_privilege', 'error', $2::text, 'the user of target may not create tables in the staging schema', format('GRANT USAGE, CREATE ON SCHEMA %I TO %I;', nspname, current_user)
        FROM pg_namespace WHERE nspname = $2::text AND NOT has_schema_privilege(oid, 'USAGE, CREATE')
        UNION ALL SELECT 'staging_privilege', 'error', $2::text, format('table %I of the staging schema belongs to %I, not to the user of target', c.relname, pg_get_userbyid(c.relowner)),
          format('ALTER TABLE %I.%I OWNER TO %I;', n.nspname, c.relname, current_user)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $2::text AND c.relkind = 'r' AND NOT pg_has_role(c.relowner, 'USAGE')
        """,
        """
        SELECT 'triggers', 'warning', g.tgrelid::regclass::text, format('trigger %s fires for rows of the failback too: what it did was done at the source already', g.tgname),
          format('ALTER TABLE %s DISABLE TRIGGER %I;', g.tgrelid::regclass, g.tgname)
        FROM pg_trigger g WHERE NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND g.tgrelid = ANY ($1::int8[]::oid[])
        """,
        """
        SELECT 'foreign_key_not_valid', 'warning', conrelid::regclass::text, format('foreign key %s is NOT VALID: rows from before may lack their parent', conname),
          format('ALTER TABLE %s VALIDATE CONSTRAINT %I;', conrelid::regclass, conname)
        FROM pg_constraint WHERE contype = 'f' AND NOT convalidated AND conrelid = ANY ($1::int8[]::oid[])
        """,
        """
        SELECT 'foreign_key_outside', 'warning', f.conrelid::regclass::text, format('foreign key %s points at %s, which does not take part: its rows must be there already; add it to the failback, or drop the key until the way back', f.conname, f.confrelid::regclass),
          format('ALTER TABLE %s DROP CONSTRAINT %I;', f.conrelid::regclass, f.conname)
        FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = ANY ($1::int8[]::oid[]) AND f.confrelid <> ALL ($1::int8[]::oid[])
        """,
        """
        SELECT 'foreign_key_from_outside', 'warning', f.confrelid::regclass::text,
          format('%s, which does not take part, references it by %s: %s; add it to the failback, or drop the key until the way back', f.conrelid::regclass, f.conname,
            CASE f.confdeltype WHEN 'c' THEN 'deletes take its rows along' WHEN 'n' THEN 'deletes set its columns to NULL' WHEN 'd' THEN 'deletes set its columns to their default' ELSE 'deletes of rows it names are refused' END),
          format('ALTER TABLE %s DROP CONSTRAINT %I;', f.conrelid::regclass, f.conname)
        FROM pg_constraint f WHERE f.contype = 'f' AND f.conparentid = 0 AND f.confrelid = ANY ($1::int8[]::oid[]) AND f.conrelid <> ALL ($1::int8[]::oid[])
        """,
        """
        SELECT 'rules', 'error', r.ev_class::regclass::text, format('rule %s rewrites what is written: upserts are refused', r.rulename), format('ALTER TABLE %s DISABLE RULE %I;', r.ev_class::regclass, r.rulename)
        FROM pg_rewrite r WHERE r.ev_type IN ('2', '3', '4') AND r.ev_enabled <> 'D' AND r.ev_class = ANY ($1::int8[]::oid[])
        """,
        """
        SELECT 'unlogged', 'error', c.oid::regclass::text, 'the table is not logged: a crash of the server empties it while the checkpoint stays', format('ALTER TABLE %s SET LOGGED;', c.oid::regclass)
        FROM pg_class c WHERE c.relpersistence = 'u' AND c.oid = ANY ($1::int8[]::oid[])
        """,
        """
        SELECT 'commit_not_durable', 'warning', NULL, 'commits are answered before they are on disk (synchronous_commit = off): a crash of the server can lose rows that were acknowledged',
          format('ALTER ROLE %I SET synchronous_commit = on;', current_user)
        WHERE current_setting('synchronous_commit') = 'off'
        """,
        """
        SELECT 'row_security', 'error', c.oid::regclass::text, 'row level security applies to the user of target and may hide rows from it', format('ALTER ROLE %I BYPASSRLS;', current_user)
        FROM pg_class c WHERE c.oid = ANY ($1::int8[]::oid[]) AND c.relrowsecurity AND row_security_active(c.oid)
        """,
        """
        SELECT 'encoding', 'error', NULL, format('the encoding of the database is %s: not every text fits', pg_encoding_to_char(encoding)), 'move the data to a database with encoding UTF8'
        FROM pg_database WHERE datname = current_database() AND pg_encoding_to_char(encoding) <> 'UTF8'
        """,
        """
        SELECT 'read_only', 'error', NULL, 'the target is a standby or read-only', 'name the primary in target' WHERE pg_is_in_recovery()
        UNION ALL SELECT 'read_only', 'error', NULL, 'transactions of the user of target are read-only by default', format('ALTER ROLE %I SET default_transaction_read_only = off;', current_user)
        WHERE current_setting('default_transaction_read_only') = 'on'
        """,
        """
        SELECT 'forward_replication', 'error', NULL, format('subscription %s writes into this database: what runs forward and backward at once goes round in a loop', subname),
          format('ALTER SUBSCRIPTION %I DISABLE;', subname)
        FROM pg_stat_subscription WHERE pid IS NOT NULL AND subid IN (SELECT oid FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
        UNION ALL SELECT 'forward_replication', 'error', NULL, format('slot %s is being read: if that is the replication to CockroachDB, rows go round in a loop', slot_name),
          format('SELECT pg_terminate_backend(%s); SELECT pg_sleep(1); SELECT pg_drop_replication_slot(%L);', active_pid, slot_name)
        FROM pg_replication_slots WHERE slot_type = 'logical' AND active AND database = current_database()
        """,
        """
        SELECT 'idle_slot', 'warning', NULL, format('slot %s has no reader: it keeps every change of the failback on disk, and who reads it later replays them', slot_name),
          format('SELECT pg_drop_replication_slot(%L);', slot_name)
        FROM pg_replication_slots WHERE slot_type = 'logical' AND NOT active AND database = current_database()
        """,
        """
        SELECT 'sequences', 'info', d.refobjid::regclass::text, format('sequence %s is not advanced by rows that arrive: it must be before the way back', s.oid::regclass),
          format('SELECT setval(%L, (SELECT max(%I) FROM %s));', s.oid::regclass, a.attname, d.refobjid::regclass)
        FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.deptype IN ('a', 'i') AND d.refobjid = ANY ($1::int8[]::oid[])
        """,
        """
        SELECT 'connections', 'warning', NULL, format('%s of %s connections are in use', used, most), 'raise max_connections, or close idle sessions'
        FROM (SELECT count(*) AS used, current_setting('max_connections')::int AS most FROM pg_stat_activity WHERE backend_type = 'client backend') AS c WHERE used > most * 0.9
        """,
    ];

    public const string Clock = "SELECT clock_timestamp()";

    /// <summary>Staging schemas, ours and those of Replicator, which keeps its progress in tables of other names.</summary>
    public const string StagingSchemas = """
        SELECT n.nspname::text, c.relname = 'checkpoint', has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'), current_user::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
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
