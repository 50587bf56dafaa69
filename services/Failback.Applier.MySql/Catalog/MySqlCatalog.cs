using System.Data.Common;
using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Contracts;
using MySqlConnector;

namespace Failback.Applier.MySql.Catalog;

/// <summary>
/// Reads the tables of the connection's database with everything that decides how rows go in. A database is a schema here.
/// </summary>
internal sealed class MySqlCatalog : ITargetCatalog
{
    /// <summary>A database with this table is a staging database.</summary>
    private const string OwnTable = "publisher_position";

    // The server opens only the tables of one schema when the schema's name is given as a constant, and no condition joins two views.
    // https://dev.mysql.com/doc/refman/5.7/en/information-schema-optimization.html
    private const string TablesSql =
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')";

    // https://dev.mysql.com/doc/refman/8.4/en/information-schema-columns-table.html
    private const string ColumnsSql = """
        SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME, LOWER(c.DATA_TYPE), c.COLUMN_TYPE, CAST(c.CHARACTER_MAXIMUM_LENGTH AS CHAR), CAST(c.CHARACTER_OCTET_LENGTH AS CHAR),
               CAST(c.NUMERIC_PRECISION AS CHAR), CAST(c.NUMERIC_SCALE AS CHAR), CAST(c.DATETIME_PRECISION AS CHAR), c.CHARACTER_SET_NAME, c.COLLATION_NAME,
               c.IS_NULLABLE, <default>, LOWER(c.EXTRA), COALESCE(c.GENERATION_EXPRESSION, ''), <srid>
        FROM information_schema.COLUMNS c WHERE c.TABLE_SCHEMA = ? ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION
        """;

    /// <summary>A default such as 0000-00-00 is refused by the session's own sql_mode, also where no row is inserted.</summary>
    private const string UsableDefaultSql =
        "c.COLUMN_DEFAULT IS NOT NULL AND NOT (LOWER(c.DATA_TYPE) IN ('date', 'datetime', 'timestamp') AND c.COLUMN_DEFAULT LIKE '%-00%')";

    // MariaDB's JSON is longtext with the check json_valid(`column`). https://mariadb.com/kb/en/json-data-type/
    private const string ChecksSql =
        "SELECT TABLE_NAME, LOWER(CHECK_CLAUSE) FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ?";

    // https://dev.mysql.com/doc/refman/8.4/en/information-schema-check-constraints-table.html: the view has no table.
    private const string NamedChecksSql = """
        SELECT t.TABLE_NAME, LOWER(c.CHECK_CLAUSE) FROM information_schema.CHECK_CONSTRAINTS c
        JOIN information_schema.TABLE_CONSTRAINTS t ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME
        WHERE c.CONSTRAINT_SCHEMA = ? AND t.CONSTRAINT_TYPE = 'CHECK'
        """;

    private const string IndexesSql = """
        SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART IS NOT NULL
        FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND NON_UNIQUE = 0 ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
        """;

    private const string ForeignKeysSql = """
        SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, r.DELETE_RULE
        FROM information_schema.KEY_COLUMN_USAGE k
        JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
        WHERE k.TABLE_SCHEMA = @own AND r.CONSTRAINT_SCHEMA = @own AND k.REFERENCED_TABLE_NAME IS NOT NULL
        ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION
        """;

    // An INSERT that ends as an UPDATE fires those before an INSERT all the same.
    private const string TriggersSql = """
        SELECT EVENT_OBJECT_TABLE, MAX(EVENT_MANIPULATION = 'INSERT' AND ACTION_TIMING = 'BEFORE') FROM information_schema.TRIGGERS
        WHERE EVENT_OBJECT_SCHEMA = ? GROUP BY EVENT_OBJECT_TABLE
        """;

    public Task<IReadOnlyList<TargetTable>> ReadAsync(DbConnection connection, string stagingSchema, CancellationToken cancellationToken) =>
        ReadAsync((MySqlConnection)connection, cancellationToken);

    public Task<IReadOnlyDictionary<TableName, string>> ReadShapesAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<TableName> tables, CancellationToken cancellationToken) =>
        MySqlShapes.ReadAsync((MySqlConnection)connection, (MySqlTransaction?)transaction, tables, cancellationToken);

    private static async Task<IReadOnlyList<TargetTable>> ReadAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        MySqlServer server = MySqlServer.Of(connection);
        var tables = new HashSet<string>(StringComparer.Ordinal);
        await ReadAsync(connection, TablesSql, row => tables.Add(row.GetString(0)), cancellationToken);
        if (tables.Contains(OwnTable)) return [];
        var checks = new HashSet<(string Table, string Clause)>();
        if (server.HasChecks)
            await ReadAsync(
                connection, server.IsMariaDb
                ? ChecksSql
                : NamedChecksSql, row => checks.Add((row.GetString(0), row.GetString(1))), cancellationToken);
        var drafts = new Dictionary<string, Draft>(StringComparer.Ordinal);
        string columns = ColumnsSql.Replace("<default>", UsableDefaultSql, StringComparison.Ordinal)
            .Replace("<srid>", server.HasColumnSrid ? "CAST(c.SRS_ID AS CHAR)" : "NULL", StringComparison.Ordinal);
        await ReadAsync(connection, columns, AddColumnOfTable, cancellationToken);
        await ReadAsync(connection, IndexesSql, row => AddIndexColumn(drafts, row), cancellationToken);
        await ReadAsync(connection, ForeignKeysSql, row => AddForeignKeyColumn(drafts, row), cancellationToken);
        foreach ((string table, string clause) in checks.Where(c => drafts.ContainsKey(c.Table))) drafts[table]
            .Bind(name => clause.Contains(MySqlName.Quote(name.ToLowerInvariant()), StringComparison.Ordinal));
        await ReadAsync(connection, TriggersSql, row => MarkTriggers(drafts, row), cancellationToken);
        return [.. drafts.Values.Select(d => d.Build())];

        void AddColumnOfTable(DbDataReader row)
        {
            string table = row.GetString(1);
            if (!tables.Contains(table)) return;
            bool isJson = row.GetString(3) == "longtext" && server.IsMariaDb
                && checks.Contains((table, $"json_valid({MySqlName.Quote(row.GetString(2).ToLowerInvariant())})"));
            AddColumn(drafts, row, server, isJson);
        }
    }

    private static async Task ReadAsync(
        MySqlConnection connection, string sql, Action<DbDataReader> take, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(sql, connection) { Parameters = { new MySqlParameter("@own", connection.Database) } };
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) take(row);
    }

    private static void AddColumn(Dictionary<string, Draft> drafts, DbDataReader row, MySqlServer server, bool isJson)
    {
        string table = row.GetString(1);
        if (!drafts.TryGetValue(table, out Draft? draft)) drafts[table] = draft = new Draft(new TableName(row.GetString(0), table));
        MySqlType type = MySqlColumnType.Read(row, server, isJson);
        string name = row.GetString(2);

        // The end of a row's period is part of every unique index, and never of what was declared.
        // https://mariadb.com/kb/en/system-versioned-tables/
        if (row.GetString(15).Equals("row end", StringComparison.OrdinalIgnoreCase)) draft.PeriodEnd = draft.Columns.Count;
        draft.Columns.Add(new TargetColumn
        {
            Name = name,
            Ordinal = draft.Columns.Count,
            TypeName = type.Name,
            Size = (int?)Math.Min(type.Size ?? 0, int.MaxValue) is > 0 and var size ? size : null,
            Scale = type.Scale,
            Declaration = row.GetString(4),
            MaxBytes = type.Bytes,
            IsUnsigned = type.IsUnsigned,
            CharacterSet = type.CharacterSet,
            IsNullable = type.IsNullable,
            HasDefault = type.HasDefault,
            IsGenerated = row.GetString(15).Length > 0,
            Folds = type.Folds,
            Converter = MySqlValues.For(name, type),
        });
    }

    private static void AddIndexColumn(Dictionary<string, Draft> drafts, DbDataReader row)
    {
        if (!drafts.TryGetValue(row.GetString(0), out Draft? draft)) return;
        string index = row.GetString(1);
        if (!draft.Indexes.TryGetValue(index, out List<int>? columns)) draft.Indexes[index] = columns = [];
        int ordinal = row.IsDBNull(2) ? -1 : draft.Ordinal(row.GetString(2));
        if (ordinal != draft.PeriodEnd) columns.Add(ordinal);
        if (Convert.ToBoolean(row.GetValue(3), System.Globalization.CultureInfo.InvariantCulture)) draft.Partial.Add(index);
    }

    private static void AddForeignKeyColumn(Dictionary<string, Draft> drafts, DbDataReader row)
    {
        if (!drafts.TryGetValue(row.GetString(0), out Draft? draft)) return;
        var parent = new TableName(row.GetString(3), row.GetString(4));
        string name = row.GetString(1);
        if (draft.ForeignKeys.Count == 0 || draft.ForeignKeys[^1].Name != name)
            draft.ForeignKeys.Add((name, parent, [], [], row.GetString(6) is "CASCADE" or "SET NULL" or "SET DEFAULT"));
        draft.ForeignKeys[^1].Columns.Add(draft.Ordinal(row.GetString(2)));
        draft.ForeignKeys[^1].ParentColumns.Add(row.GetString(5));
        if (parent.Schema == draft.Schema && drafts.TryGetValue(parent.Table, out Draft? referenced))
            referenced.Bind(column => string.Equals(column, row.GetString(5), StringComparison.OrdinalIgnoreCase));
    }

    private static void MarkTriggers(Dictionary<string, Draft> drafts, DbDataReader row)
    {
        if (!drafts.TryGetValue(row.GetString(0), out Draft? draft)) return;
        draft.IsReadBack = true;
        draft.HasTriggers = Convert.ToBoolean(row.GetValue(1), System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class Draft(TableName name)
    {
        private const string Primary = "PRIMARY";

        public List<TargetColumn> Columns { get; } = [];

        public Dictionary<string, List<int>> Indexes { get; } = new(StringComparer.Ordinal);

        /// <summary>Indexes over the first characters of a column.</summary>
        public HashSet<string> Partial { get; } = new(StringComparer.Ordinal);

        public List<(string Name, TableName Parent, List<int> Columns, List<string> ParentColumns, bool Cascades)> ForeignKeys { get; } =
            [];

        /// <summary>Column that ends the period of a system-versioned row; null: none of its own.</summary>
        public int? PeriodEnd { get; set; }

        /// <summary>Triggers before an INSERT.</summary>
        public bool HasTriggers { get; set; }

        public bool IsReadBack { get; set; }

        public string Schema => name.Schema;

        /// <summary>Marks columns that something else than an index minds.</summary>
        public void Bind(Func<string, bool> which)
        {
            for (int i = 0; i < Columns.Count; i++)
            {
                if (which(Columns[i].Name)) Columns[i] = Columns[i] with { IsBound = true };
            }
        }

        public int Ordinal(string column) => Columns.FindIndex(c => string.Equals(c.Name, column, StringComparison.OrdinalIgnoreCase));

        public TargetTable Build()
        {
            int[] key = Indexes.TryGetValue(Primary, out List<int>? found) ? [.. found] : [];
            List<UniqueIndex> unique = [
                .. Indexes.Where(i => i.Key != Primary)
                    .Select(i => new UniqueIndex(i.Key, i.Value.Contains(-1) || Partial.Contains(i.Key) ? [] : i.Value))];
            bool folds = Partial.Contains(Primary) || key.Any(c => ((Values.MySqlColumn)Columns[c].Converter).Type.Folds);

            // A key that another row's key is equal to, without being the same, is freed like a unique value before it changes hands.
            if (folds) unique.Add(new UniqueIndex(Primary, key));
            ForeignKey[] foreignKeys = [
                .. ForeignKeys.Select(f => new ForeignKey(f.Name, f.Columns, f.Parent, f.ParentColumns, IsDeferrable: false, f.Cascades))];
            return new TargetTable(name, Columns, key, unique, foreignKeys)
            {
                CanUpsert = unique.Count == 0 && !HasTriggers,
                IsReadBack = IsReadBack,
            };
        }
    }
}
