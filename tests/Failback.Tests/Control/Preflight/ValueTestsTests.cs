using Failback.Contracts.Control;
using Failback.Control.Preflight;
using Failback.Source;
using Xunit;

namespace Failback.Tests.Control.Preflight;

/// <summary>Which values of the source a column of the target cannot hold, and the statement that widens it, by dialect.</summary>
public sealed class ValueTestsTests
{
    private static readonly TableRoute Route = new() { Source = "shop.public.t", Target = "public.t", Queue = "q" };

    [Theory]
    [InlineData("mysql", "bigint", "tinyint", null, null, true, "v < 0 OR v > 255", "ALTER TABLE `public`.`t` MODIFY `v` bigint;")]
    [InlineData("mysql", "bigint", "bigint", null, null, true, "v < 0", "ALTER TABLE `public`.`t` MODIFY `v` bigint;")]
    [InlineData(
        "postgres", "bigint", "int4", null, null, false, "v < -2147483648 OR v > 2147483647",
        "ALTER TABLE \"public\".\"t\" ALTER COLUMN \"v\" TYPE bigint;")]
    [InlineData("postgres", "bigint", "int8", null, null, false, "", "")]
    [InlineData(
        "oracle", "bigint", "NUMBER", 5, 0, false, "v < -99999 OR v > 99999", "ALTER TABLE \"public\".\"t\" MODIFY (\"v\" NUMBER(19));")]
    [InlineData(
        "postgres", "numeric", "numeric", 6, 2, false, "abs(v) >= 10000::DECIMAL OR v <> round(v, 2)",
        "ALTER TABLE \"public\".\"t\" ALTER COLUMN \"v\" TYPE numeric;")]
    [InlineData(
        "postgres", "text", "varchar", 10, null, false, "length(v::STRING) > 10",
        "ALTER TABLE \"public\".\"t\" ALTER COLUMN \"v\" TYPE text;")]
    [InlineData("postgres", "text", "text", null, null, false, "", "")]
    [InlineData("mysql", "text", "text", 65535, null, false, "length(v::STRING) > 65535", "ALTER TABLE `public`.`t` MODIFY `v` longtext;")]
    [InlineData(
        "oracle", "timestamp without time zone", "DATE", null, null, false, "v <> date_trunc('second', v)",
        "ALTER TABLE \"public\".\"t\" MODIFY (\"v\" TIMESTAMP(6));")]
    [InlineData(
        "mysql", "timestamp without time zone", "datetime", null, 0, false,
        "v < '0001-01-01' OR v > '9999-12-31 23:59:59.999999' OR v <> date_trunc('second', v)",
        "ALTER TABLE `public`.`t` MODIFY `v` datetime(6);")]
    [InlineData(
        "postgres", "timestamp with time zone", "date", null, null, false, "v <> date_trunc('day', v)",
        "ALTER TABLE \"public\".\"t\" ALTER COLUMN \"v\" TYPE timestamptz;")]
    [InlineData("postgres", "jsonb", "varchar", 10, null, false, "", "")]
    public void A_column_is_tested_for_what_its_counterpart_cannot_hold(
        string dialect, string type, string there, int? size, int? scale, bool nonNegative, string condition, string fix)
    {
        ValueTest[] tests = [
            .. new ValueTests(dialect).Of(
                Route, new SourceColumn("v", type, false, null, null, null),
                new TargetColumnSummary("v", there, true, false) { Size = size, Scale = scale, NonNegative = nonNegative })];
        if (condition.Length == 0)
        {
            Assert.Empty(tests);
            return;
        }

        Assert.Equal((condition, fix), (Assert.Single(tests).Condition, tests[0].Found.Fix));
    }

    [Fact]
    public void NULL_where_the_target_takes_none_is_tested_and_what_the_target_computes_is_not()
    {
        var source = new SourceColumn("Odd \" name", "bigint", true, null, null, null);
        ValueTest test = Assert.Single(
            new ValueTests("mysql").Of(
                Route, source, new TargetColumnSummary("odd", "bigint", false, false) { Declaration = "bigint(20)" }));
        Assert.Equal(
            ("\"Odd \"\" name\" IS NULL", "ALTER TABLE `public`.`t` MODIFY `odd` bigint(20) NULL;"), (test.Condition, test.Found.Fix));
        Assert.Empty(new ValueTests("mysql").Of(Route, source, new TargetColumnSummary("odd", "int", false, true)));
    }

    [Theory]
    [InlineData("postgres", "CREATE TABLE \"s\".\"t\" (\"id\" bigint NOT NULL, \"v\" numeric(10,2), PRIMARY KEY (\"id\"));")]
    [InlineData("mysql", "CREATE TABLE `s`.`t` (`id` bigint NOT NULL, `v` decimal(10,2), PRIMARY KEY (`id`));")]
    [InlineData("oracle", "CREATE TABLE \"s\".\"t\" (\"ID\" NUMBER(19) NOT NULL, \"V\" NUMBER(10,2), PRIMARY KEY (\"ID\"));")]
    public void A_missing_table_is_made_like_that_of_the_source(string dialect, string statement) =>
        Assert.Equal(
            statement,
            new TargetDdl(dialect).CreateTable(
                "s.t", [new SourceColumn("id", "bigint", false, null, null, null), new SourceColumn("v", "numeric", true, null, 10, 2)],
                ["id"]));
}
