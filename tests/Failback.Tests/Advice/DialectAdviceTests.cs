using Failback.Applier.MySql.Advice;
using Failback.Applier.Oracle.Advice;
using Failback.Applier.Postgres.Advice;
using Failback.Apply.Dialects;
using Failback.Apply.Inspection;
using Failback.Apply.Tables;
using Failback.Contracts;
using Failback.Contracts.Control;
using Xunit;

namespace Failback.Tests.Advice;

/// <summary>What control is told about a table of the target, and the statements that mend it, by dialect.</summary>
public sealed class DialectAdviceTests
{
    private static readonly SourceColumn Id = new("id", "bigint", false, null, null, null);
    private static readonly SourceColumn Amount = new("v", "numeric", true, null, 10, 2);

    [Theory]
    [InlineData("postgres", "CREATE TABLE \"s\".\"t\" (\"id\" bigint NOT NULL, \"v\" numeric(10,2), PRIMARY KEY (\"id\"));")]
    [InlineData("mysql", "CREATE TABLE `t` (`id` bigint NOT NULL, `v` decimal(10,2), PRIMARY KEY (`id`));")]
    [InlineData("oracle", "CREATE TABLE \"S\".\"T\" (\"ID\" NUMBER(19) NOT NULL, \"V\" NUMBER(10,2), PRIMARY KEY (\"ID\"));")]
    public void A_missing_table_is_made_like_that_of_the_source(string dialect, string statement) =>
        Assert.Equal(statement, Advice(dialect).CreateTable(new TableName("s", "t"), [Id, Amount], ["id"]));

    [Theory]
    [InlineData("postgres", "bigint", "ALTER TABLE \"s\".\"T\" ALTER COLUMN \"V\" TYPE bigint;")]
    [InlineData("postgres", "timestamp with time zone", "ALTER TABLE \"s\".\"T\" ALTER COLUMN \"V\" TYPE timestamptz;")]
    [InlineData("mysql", "bigint", "ALTER TABLE `s`.`T` MODIFY `V` bigint NULL;")]
    [InlineData("mysql", "text", "ALTER TABLE `s`.`T` MODIFY `V` longtext NULL;")]
    [InlineData("mysql", "timestamp without time zone", "ALTER TABLE `s`.`T` MODIFY `V` datetime(6) NULL;")]
    [InlineData("oracle", "bigint", "ALTER TABLE \"s\".\"T\" MODIFY (\"V\" NUMBER(19));")]
    [InlineData("oracle", "timestamp without time zone", "ALTER TABLE \"s\".\"T\" MODIFY (\"V\" TIMESTAMP(6));")]
    public void A_column_gets_the_type_that_holds_what_its_source_can(string dialect, string type, string statement) =>
        Assert.Equal(statement, Summary(dialect, Amount with { Type = type, Precision = null }).Columns[1].Fit);

    [Theory]
    [InlineData("postgres", "ALTER TABLE \"s\".\"T\" ADD COLUMN \"new\" text;", "ADD PRIMARY KEY (\"ID\", \"new\")'")]
    [InlineData("mysql", "ALTER TABLE `s`.`T` ADD COLUMN `new` longtext;", "DROP PRIMARY KEY, ADD PRIMARY KEY (`ID`, `new`);")]
    [InlineData("oracle", "ALTER TABLE \"s\".\"T\" ADD (\"NEW\" CLOB);", "ADD PRIMARY KEY (\"ID\", \"NEW\");")]
    public void Missing_columns_and_another_key_come_with_the_spelling_of_the_target(string dialect, string added, string keyed)
    {
        TargetTableSummary summary = Summary(dialect, Amount, new SourceColumn("new", "text", true, null, null, null));
        Assert.Equal([new NamedStatement("new", added)], summary.AddColumns);
        Assert.Contains(keyed, summary.SetKey, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres", "s.T", "ID", SchemaNaming.Same)]
    [InlineData("mysql", "T", "ID", SchemaNaming.None)]
    [InlineData("oracle", "s.t", "id", SchemaNaming.Own)]
    public void A_table_comes_with_the_name_that_it_has_at_the_source(string dialect, string name, string key, SchemaNaming naming)
    {
        TargetTableSummary summary = Summary(dialect, Amount);
        Assert.Equal((name, key, naming), (summary.SourceName, Assert.Single(summary.SourceKey), summary.Schemas));
    }

    [Theory]
    [InlineData("postgres", "date", null, null, null, "day")]
    [InlineData("postgres", "timestamp", 3, null, null, "millisecond")]
    [InlineData("mysql", "datetime", 0, "0001-01-01", "9999-12-31 23:59:59.999999", "second")]
    [InlineData("mysql", "timestamp", 6, "1970-01-01 00:00:01", "2106-02-07 06:28:15", null)]
    [InlineData("oracle", "DATE", null, null, null, "second")]
    public void Limits_of_moments_are_those_of_the_type(
        string dialect, string type, int? scale, string? earliest, string? latest, string? unit) =>
        Assert.Equal(
            new MomentLimits(earliest, latest, unit),
            Advice(dialect).Moments(new TargetColumn { Name = "c", Ordinal = 0, TypeName = type, Scale = scale, Converter = "" }));

    [Fact]
    public void A_column_of_the_key_is_never_to_lose_NOT_NULL()
    {
        TargetTableSummary summary = Summary("postgres", Amount);
        Assert.Equal((true, null), (summary.Columns[0].IsKey, summary.Columns[0].DropNotNull));
        Assert.Equal("ALTER TABLE \"s\".\"T\" ALTER COLUMN \"V\" DROP NOT NULL;", summary.Columns[1].DropNotNull);
    }

    private static TargetTableSummary Summary(string dialect, params SourceColumn[] columns)
    {
        TargetColumn[] there =
        [
            new() { Name = "ID", Ordinal = 0, TypeName = "x", IsNullable = false, Converter = "" },
            new() { Name = "V", Ordinal = 1, TypeName = "x", IsNullable = dialect == "mysql", Converter = "" },
        ];
        var question = new DescribeTarget(dialect, "", "")
        {
            Inspect = ["s.T"],
            Sources = [new SourceShape("s.T", [Id, .. columns], columns.Length == 1 ? ["id"] : ["id", "new"])],
        };
        return new TableSummaries(Advice(dialect), question).Of(new TargetTable(new TableName("s", "T"), there, [0], [], []));
    }

    private static ITargetAdvice Advice(string dialect) => dialect switch
    {
        "postgres" => new PostgresAdvice(),
        "mysql" => new MySqlAdvice(),
        _ => new OracleAdvice(),
    };
}
