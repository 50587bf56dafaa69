using Failback.Apply.Tables;
using Failback.Contracts.Control;
using Npgsql;

namespace Failback.Applier.Postgres;

/// <summary>What in a PostgreSQL target would keep rows out or change them. Each query answers the columns of a finding: code, severity, table, message, fix.</summary>
internal static class PostgresInspection
{
    // Parameters: $1 object ids of the tables, $2 staging schema.
    private static readonly string[] Queries =
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
        SELECT 'foreign_key_outside', 'warning', f.conrelid::regclass::text, format('foreign key %s points at %s, which does not take part: its rows must be there already', f.conname, f.confrelid::regclass),
          format('add %s to the failback, or: ALTER TABLE %s DROP CONSTRAINT %I;', f.confrelid::regclass, f.conrelid::regclass, f.conname)
        FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = ANY ($1::int8[]::oid[]) AND f.confrelid <> ALL ($1::int8[]::oid[])
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
          format('stop its reader, then: SELECT pg_drop_replication_slot(%L);', slot_name)
        FROM pg_replication_slots WHERE slot_type = 'logical' AND active AND database = current_database()
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

    public static async Task<IReadOnlyList<TargetFinding>> RunAsync(NpgsqlConnection connection, IReadOnlyList<TargetTable> tables, string stagingSchema, CancellationToken cancellationToken)
    {
        long[] ids = await IdsAsync(connection, tables, cancellationToken);
        var findings = new List<TargetFinding>();
        foreach (string query in Queries)
        {
            await using var command = new NpgsqlCommand(query, connection);
            if (query.Contains("$1", StringComparison.Ordinal) || query.Contains("$2", StringComparison.Ordinal))
            {
                command.Parameters.Add(new NpgsqlParameter { Value = ids });
                if (query.Contains("$2", StringComparison.Ordinal)) command.Parameters.Add(new NpgsqlParameter { Value = stagingSchema });
            }

            await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
                findings.Add(new TargetFinding(row.GetString(0), row.GetString(1), Text(row, 2), row.GetString(3), Text(row, 4)));
        }

        return findings;
    }

    private static async Task<long[]> IdsAsync(NpgsqlConnection connection, IReadOnlyList<TargetTable> tables, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT array_agg(to_regclass(name)::oid::int8) FROM unnest($1) AS name WHERE to_regclass(name) IS NOT NULL", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = tables.Select(table => PostgresName.Quote(table.Name)).ToArray() });
        return await command.ExecuteScalarAsync(cancellationToken) as long[] ?? [];
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
