using System.Data.Common;
using Failback.Applier.Postgres.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Contracts;
using Npgsql;

namespace Failback.Applier.Postgres.Catalog;

/// <summary>Reads ordinary and partitioned tables with everything that decides how rows go in.</summary>
internal sealed class PostgresCatalog : ITargetCatalog
{
    // https://www.postgresql.org/docs/current/catalog-pg-attribute.html; typmod of numeric is ((precision << 16) | scale) + 4,
    // of character types length + 4, of bit types the length, of time types the fractional digits.
    private const string ColumnsSql = """
        WITH RECURSIVE chain AS (
            SELECT t.oid, t.oid AS base, -1 AS modifier, false AS is_domain, false AS not_null FROM pg_type t
            UNION ALL
            SELECT s.oid, t.typbasetype, greatest(s.modifier, t.typtypmod), true, s.not_null OR t.typnotnull
            FROM chain s JOIN pg_type t ON t.oid = s.base WHERE t.typtype = 'd'),
        reduced AS (SELECT s.*, t.typname, t.typtype, t.typcategory, t.typelem, n.nspname FROM chain s JOIN pg_type t ON t.oid = s.base
                    JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype <> 'd')
        SELECT n.nspname, c.relname, c.oid::int8, a.attnum::int4, a.attname, bt.typname, bt.nspname, bt.typtype::text, bt.typcategory::text,
               CASE WHEN bt.is_domain THEN bt.modifier ELSE a.atttypmod END, a.attnotnull OR bt.not_null, a.attgenerated <> '', a.attidentity = 'a',
               et.typname, et.nspname, et.typtype::text, a.atthasdef OR a.attidentity <> '' OR t.typdefault IS NOT NULL, format_type(a.atttypid, a.atttypmod),
               ARRAY(SELECT l.enumlabel::text FROM pg_enum l WHERE l.enumtypid = bt.base ORDER BY l.enumsortorder),
               bt.is_domain
               OR EXISTS (SELECT 1 FROM pg_constraint b WHERE b.conrelid = c.oid AND b.contype IN ('f', 'c', 'x') AND a.attnum = ANY (b.conkey))
               OR EXISTS (SELECT 1 FROM pg_constraint b WHERE b.confrelid = c.oid AND b.contype = 'f' AND a.attnum = ANY (b.confkey))
               OR EXISTS (SELECT 1 FROM pg_partitioned_table p WHERE p.partrelid = c.oid AND a.attnum = ANY (p.partattrs)),
               bt.is_domain, et.typcategory::text, et.modifier, et.is_domain,
               bt.typname = 'citext'
               OR EXISTS (SELECT 1 FROM pg_collation l WHERE l.oid = a.attcollation AND to_jsonb(l) ->> 'collisdeterministic' = 'false')
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        JOIN reduced bt ON bt.oid = a.atttypid
        LEFT JOIN reduced et ON et.oid = bt.typelem AND bt.typcategory = 'A'
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> $1
          AND NOT EXISTS (SELECT 1 FROM pg_class own WHERE own.relnamespace = n.oid AND own.relname = 'publisher_position')
        ORDER BY n.nspname, c.relname, a.attnum
        """;

    private const string IndexesSql = """
        SELECT i.indrelid::int8, ic.relname, i.indisprimary, i.indkey::int2[], i.indnkeyatts::int4, i.indimmediate,
               i.indexprs IS NOT NULL OR i.indpred IS NOT NULL, COALESCE((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)
        FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
        WHERE i.indisunique AND i.indisvalid
        ORDER BY i.indrelid, ic.relname
        """;

    private const string ForeignKeysSql = """
        SELECT f.conrelid::int8, f.conname, f.conkey::int2[], f.confrelid::int8, f.confkey::int2[], f.condeferrable, f.confdeltype IN ('c', 'n', 'd'),
               CASE WHEN NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indisvalid AND i.indpred IS NULL
                                     AND (i.indkey::int2[])[0:cardinality(f.conkey) - 1] @> f.conkey)
               THEN format('CREATE INDEX CONCURRENTLY ON %s (%s)', f.conrelid::regclass,
                    (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, n)
                     JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum)) END
        FROM pg_constraint f WHERE f.contype = 'f' AND f.conparentid = 0
        ORDER BY f.conrelid, f.conname
        """;

    // https://www.postgresql.org/docs/current/catalog-pg-rewrite.html, …/catalog-pg-inherits.html
    private const string ReadBackSql = """
        WITH RECURSIVE part AS (
            SELECT c.oid AS root, c.oid AS relid FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
            UNION ALL SELECT p.root, i.inhrelid FROM part p JOIN pg_inherits i ON i.inhparent = p.relid)
        SELECT p.root::int8,
               bool_or(EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgrelid = p.relid AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgdeferrable))
        FROM part p JOIN pg_class c ON c.oid = p.relid
        WHERE p.root <> p.relid AND NOT c.relispartition
           OR EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgrelid = p.relid AND NOT g.tgisinternal AND g.tgenabled <> 'D')
           OR EXISTS (SELECT 1 FROM pg_rewrite r WHERE r.ev_class = p.relid AND r.ev_enabled <> 'D')
        GROUP BY p.root
        """;

    /// <summary>Everything of a table that <see cref="ReadAsync"/> makes something of, as a digest.</summary>
    private const string ShapesSql = """
        SELECT u.s, u.t, md5(concat_ws('/', c.oid,
            (SELECT string_agg(concat_ws(':', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attgenerated, a.attidentity, a.attcollation), ',' ORDER BY a.attnum)
             FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
            (SELECT string_agg(concat_ws(':', i.indexrelid, i.indisvalid), ',' ORDER BY i.indexrelid) FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique),
            (SELECT string_agg(concat_ws(':', g.oid, g.tgenabled), ',' ORDER BY g.oid) FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal),
            (SELECT string_agg(concat_ws(':', r.oid, r.ev_enabled), ',' ORDER BY r.oid) FROM pg_rewrite r WHERE r.ev_class = c.oid),
            (SELECT string_agg(i.inhrelid::text, ',' ORDER BY i.inhrelid) FROM pg_inherits i JOIN pg_class k ON k.oid = i.inhrelid
             WHERE i.inhparent = c.oid AND NOT k.relispartition),
            (SELECT string_agg(concat_ws(':', f.oid, f.confdeltype, f.condeferrable), ',' ORDER BY f.oid) FROM pg_constraint f
             WHERE f.conrelid = c.oid AND f.contype IN ('f', 'c', 'x') OR f.confrelid = c.oid AND f.contype = 'f')))
        FROM unnest($1, $2) AS u(s, t) JOIN pg_namespace n ON n.nspname = u.s JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = u.t
        """;

    public async Task<IReadOnlyDictionary<TableName, string>> ReadShapesAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<TableName> tables, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ShapesSql, (NpgsqlConnection)connection, (NpgsqlTransaction?)transaction)
        {
            Parameters = {
                new() { Value = tables.Select(t => t.Schema).ToArray() }, new() { Value = tables.Select(t => t.Table).ToArray() } },
        };
        var shapes = new Dictionary<TableName, string>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) shapes[new TableName(row.GetString(0), row.GetString(1))] = row.GetString(2);
        return shapes;
    }

    public async Task<IReadOnlyList<TargetTable>> ReadAsync(
        DbConnection connection, string stagingSchema, CancellationToken cancellationToken)
    {
        var session = (NpgsqlConnection)connection;
        var drafts = new Dictionary<long, Draft>();
        await using (var command = new NpgsqlCommand(ColumnsSql, session) { Parameters = { new() { Value = stagingSchema } } })
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken)) AddColumn(drafts, row);
        }

        await using (var command = new NpgsqlCommand(IndexesSql, session))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken)) AddIndex(drafts, row);
        }

        await using (var command = new NpgsqlCommand(ForeignKeysSql, session))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken)) AddForeignKey(drafts, row);
        }

        await using (var command = new NpgsqlCommand(ReadBackSql, session))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
            {
                if (!drafts.TryGetValue(row.GetInt64(0), out Draft? draft)) continue;
                draft.IsReadBack = true;
                draft.DefersTriggers = row.GetBoolean(1);
            }
        }

        return [.. drafts.Values.Select(d => d.Build())];
    }

    private static void AddColumn(Dictionary<long, Draft> drafts, NpgsqlDataReader row)
    {
        long oid = row.GetInt64(2);
        if (!drafts.TryGetValue(oid, out Draft? draft)) drafts[oid] = draft = new Draft(new TableName(row.GetString(0), row.GetString(1)));
        PostgresType type = TypeOf(row);
        draft.ByNumber[row.GetInt32(3)] = draft.Columns.Count;
        draft.Columns.Add(new TargetColumn
        {
            Name = row.GetString(4),
            Ordinal = draft.Columns.Count,
            TypeName = type.Name,
            Size = type.Size,
            Scale = type.Scale,
            IsNullable = !row.GetBoolean(10),
            IsGenerated = row.GetBoolean(11),
            IsInsertOnly = row.GetBoolean(12),
            HasDefault = row.GetBoolean(16),
            Declaration = type.Declared,
            IsBound = row.GetBoolean(19),
            Folds = type.Folds || type.Name == "bpchar",
            Converter = PostgresValues.For(type),
        });
    }

    private static PostgresType TypeOf(NpgsqlDataReader row)
    {
        int modifier = row.GetInt32(9);
        PostgresType? element = row.IsDBNull(13) ? null : new PostgresType(
            row.GetString(13), row.GetString(14), row.GetString(15)[0], row.GetString(21)[0],
            row.GetBoolean(23) ? row.GetInt32(22) : modifier, null)
        { IsDomain = row.GetBoolean(23) };
        return new PostgresType(row.GetString(5), row.GetString(6), row.GetString(7)[0], row.GetString(8)[0], modifier, element)
        {
            Labels = row.GetFieldValue<string[]>(18),
            Declared = row.GetString(17),
            IsDomain = row.GetBoolean(20),
            Folds = row.GetBoolean(24),
        };
    }

    private static void AddIndex(Dictionary<long, Draft> drafts, NpgsqlDataReader row)
    {
        if (!drafts.TryGetValue(row.GetInt64(0), out Draft? draft)) return;
        bool immediate = row.GetBoolean(5);
        short[] numbers = row.GetFieldValue<short[]>(3)[..row.GetInt32(4)];
        int[] columns = Array.Exists(numbers, n => n == 0) ? [] : [.. numbers.Select(n => draft.ByNumber[n])];
        if (row.GetBoolean(2))
        {
            draft.PrimaryKey = columns;
            draft.CanUpsert = immediate;
            // A key that another row's key is equal to, without being the same, is freed like a unique value before it changes hands.
            if (!Array.Exists(columns, c => ((PostgresColumn)draft.Columns[c].Converter).Type.Folds)) return;
            draft.CanUpsert = false;
            draft.Indexes.Add(new UniqueIndex(row.GetString(1), columns, IsDeferrable: !immediate));
        }
        else
        {
            draft.Indexes.Add(
                new UniqueIndex(
                    row.GetString(1), columns, NullsDistinct: !row.GetBoolean(7), IsDeferrable: !immediate));
        }
    }

    private static void AddForeignKey(Dictionary<long, Draft> drafts, NpgsqlDataReader row)
    {
        if (!drafts.TryGetValue(row.GetInt64(0), out Draft? draft) || !drafts.TryGetValue(row.GetInt64(3), out Draft? parent)) return;
        draft.ForeignKeys.Add(new ForeignKey(
            row.GetString(1),
            [.. row.GetFieldValue<short[]>(2).Select(n => draft.ByNumber[n])],
            parent.Name,
            [.. row.GetFieldValue<short[]>(4).Select(n => parent.Columns[parent.ByNumber[n]].Name)],
            row.GetBoolean(5),
            row.GetBoolean(6))
        { IndexFix = row.IsDBNull(7) ? null : row.GetString(7) });
    }

    private sealed class Draft(TableName name)
    {
        public TableName Name { get; } = name;

        public List<TargetColumn> Columns { get; } = [];

        public Dictionary<int, int> ByNumber { get; } = [];

        public List<UniqueIndex> Indexes { get; } = [];

        public List<ForeignKey> ForeignKeys { get; } = [];

        public int[] PrimaryKey { get; set; } = [];

        public bool CanUpsert { get; set; } = true;

        public bool IsReadBack { get; set; }

        public bool DefersTriggers { get; set; }

        public TargetTable Build() => new(Name, Columns, PrimaryKey, Indexes, ForeignKeys)
        {
            CanUpsert = CanUpsert,
            DefersTriggers = DefersTriggers,
            // A column that no update may set is part of what was told all the same.
            IsReadBack = IsReadBack || Columns.Exists(c => c.IsInsertOnly && !PrimaryKey.Contains(c.Ordinal)),
        };
    }
}
