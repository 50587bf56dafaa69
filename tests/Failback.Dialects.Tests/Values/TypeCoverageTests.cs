using Xunit;

namespace Failback.Dialects.Tests.Values;

/// <summary>
/// No type is forgotten: every type that a changefeed can carry, and every pair that a migration tool makes, has values that are tested.
/// </summary>
public sealed class TypeCoverageTests
{
    /// <summary>Types of CockroachDB that a column can have; arrays stand for all arrays.</summary>
    internal static readonly string[] Types =
    [
        "BOOL", "INT2", "INT4", "INT8", "SERIAL", "FLOAT8", "FLOAT4", "DECIMAL", "STRING", "VARCHAR", "CHAR", "NAME", "\"char\"", "COLLATE",
        "CITEXT", "ENUM",
        "BYTES", "UUID", "DATE", "TIME", "TIMETZ", "TIMESTAMP", "TIMESTAMPTZ", "INTERVAL", "JSONB", "STRING[]", "INT8[]", "BYTES[]",
        "tuple", "composite",
        "BIT", "VARBIT", "INET", "OID", "REGCLASS", "GEOMETRY", "GEOGRAPHY", "BOX2D", "TSVECTOR", "TSQUERY", "VECTOR", "LTREE", "PG_LSN",
        "REFCURSOR", "JSONPATH",
    ];

    /// <summary>
    /// Pairs of the migration tool's own map and of its type map files, in reverse: what CockroachDB has, what the old column is.
    /// </summary>
    private static readonly (string Source, string Column)[] MySqlPairs =
    [
        ("VARCHAR", "varchar"), ("CHAR", "char"), ("STRING", "tinytext"), ("STRING", "text"), ("STRING", "mediumtext"), ("INT2", "tinyint"),
        ("INT2", "smallint"),
        ("INT4", "mediumint"), ("INT4", "int"), ("INT8", "bigint"), ("DECIMAL", "bigint"), ("FLOAT4", "float"), ("FLOAT8", "double"),
        ("DECIMAL", "decimal"),
        ("BYTES", "binary"), ("BYTES", "varbinary"), ("BYTES", "blob"), ("BYTES", "longblob"), ("TIMESTAMP", "datetime"),
        ("TIMESTAMPTZ", "timestamp"), ("TIME", "time"),
        ("DATE", "date"), ("VARBIT", "bit"), ("BOOL", "tinyint"), ("JSONB", "json"), ("GEOMETRY", "geometry"), ("ENUM", "enum"),
        ("STRING", "set"), ("INT8", "year"),
        ("INTERVAL", "time"), ("TIMESTAMPTZ", "datetime"), ("TIMESTAMP", "timestamp"), ("UUID", "varchar"), ("UUID", "binary"),
        ("STRING", "uuid"), ("BOOL", "smallint"),
        ("INT2", "tinyint"), ("VARBIT", "text"), ("STRING", "bit"), ("VARBIT", "tinyint"), ("BOOL", "bit"), ("JSONB", "longtext"),
        ("STRING", "json"), ("INET", "text"), ("STRING", "inet6"),
    ];

    private static readonly (string Source, string Column)[] PostgresPairs =
    [
        ("TIMESTAMPTZ", "timestamp"), ("TIMESTAMP", "timestamptz"), ("UUID", "varchar"), ("STRING", "uuid"), ("BOOL", "smallint"),
        ("INT2", "boolean"), ("VARBIT", "text"),
        ("STRING", "bit"), ("VARBIT", "boolean"), ("BOOL", "bit"), ("JSONB", "text"), ("STRING", "jsonb"), ("INET", "text"),
        ("STRING", "inet"), ("INT8", "integer"), ("DECIMAL", "numeric"),
    ];

    private static readonly (string Source, string Column)[] OraclePairs =
    [
        ("CHAR", "char"), ("VARCHAR", "varchar2"), ("STRING", "nvarchar2"), ("STRING", "clob"), ("STRING", "nclob"), ("STRING", "long"),
        ("INT2", "number"), ("INT4", "integer"),
        ("INT8", "number"), ("FLOAT4", "float"), ("FLOAT4", "binary_float"), ("FLOAT8", "binary_double"), ("DECIMAL", "number"),
        ("DATE", "date"), ("TIMESTAMP", "timestamp"),
        ("TIMESTAMPTZ", "timestamp"), ("BYTES", "blob"), ("BYTES", "raw"), ("BYTES", "long"), ("JSONB", "json"), ("BOOL", "boolean"),
        ("STRING", "rowid"), ("GEOMETRY", "sdo_geometry"),
        ("STRING", "xmltype"), ("UUID", "raw"), ("UUID", "varchar2"), ("BOOL", "number"), ("BOOL", "char"), ("INTERVAL", "interval"),
        ("VARBIT", "varchar2"), ("VARBIT", "raw"),
        ("JSONB", "clob"), ("INET", "varchar2"), ("TIMESTAMP", "date"), ("TIMESTAMPTZ", "date"), ("STRING", "boolean"),
    ];

    [Fact]
    public void Oracle_has_values_of_every_type() => Assert.Empty(Types.Except(Sources(OracleValueTable.Sets), StringComparer.Ordinal));

    [Fact]
    public void PostgreSQL_has_values_of_every_type() =>
    Assert.Empty(Types.Except(Sources(PostgresValueTable.Sets), StringComparer.Ordinal));

    [Fact]
    public void MySQL_has_values_of_every_type() =>
    Assert.Empty(Types.Except(Sources(MySqlValueTable.Sets.Where(s => s.Server != MySqlValueTable.MariaDb)), StringComparer.Ordinal));

    [Fact]
    public void MariaDB_has_values_of_every_type() =>
    Assert.Empty(
        Types.Except(["GEOGRAPHY"], StringComparer.Ordinal)
        .Except(Sources(MySqlValueTable.Sets.Where(s => s.Server != MySqlValueTable.MySql)), StringComparer.Ordinal));

    [Fact]
    public void Every_pair_of_a_migration_is_there_in_reverse()
    {
        Assert.All(PostgresPairs, p => Assert.True(Has(PostgresValueTable.Sets, p), $"{p}"));
        Assert.All(MySqlPairs, p => Assert.True(Has(MySqlValueTable.Sets, p), $"{p}"));
        Assert.All(OraclePairs, p => Assert.True(Has(OracleValueTable.Sets, p), $"{p}"));
    }

    [Fact]
    public void No_set_of_values_is_empty_or_listed_twice()
    {
        foreach (IReadOnlyList<ValueSet> sets in new[] { PostgresValueTable.Sets, MySqlValueTable.Sets, OracleValueTable.Sets })
        {
            Assert.All(sets, s => Assert.NotEmpty(s.Cases));
            Assert.All(sets.SelectMany(s => s.Cases.Select(c => (s.Name, s.Show, c.Json))).CountBy(c => c), c => Assert.Equal(1, c.Value));
        }
    }

    private static IEnumerable<string> Sources(IEnumerable<ValueSet> sets) => sets.SelectMany(s => s.Source.Split(", "));

    private static bool Has(IEnumerable<ValueSet> sets, (string Source, string Column) pair) =>
        sets.Any(s => s.Source.Split(", ").Contains(pair.Source, StringComparer.Ordinal) && s.Column.Split(' ', '(')[0] == pair.Column);
}
