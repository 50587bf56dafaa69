using Failback.Contracts.Control;
using Failback.Control.Preflight;
using Xunit;

namespace Failback.Tests.Control.Preflight;

/// <summary>Which values of the source a column of the target cannot hold.</summary>
public sealed class ValueTestsTests
{
    private static readonly TableRoute Route = new() { Source = "shop.public.t", Target = "public.t", Queue = "q" };

    [Theory]
    [InlineData("bigint", "tinyint", null, null, true, "v < 0 OR v > 255")]
    [InlineData("bigint", "bigint", null, null, true, "v < 0")]
    [InlineData("bigint", "int4", null, null, false, "v < -2147483648 OR v > 2147483647")]
    [InlineData("bigint", "int8", null, null, false, "")]
    [InlineData("bigint", "NUMBER", 5, 0, false, "v < -99999 OR v > 99999")]
    [InlineData("numeric", "numeric", 6, 2, false, "abs(v) >= 10000::DECIMAL OR v <> round(v, 2)")]
    [InlineData("text", "varchar", 10, null, false, "length(v::STRING) > 10")]
    [InlineData("text", "text", null, null, false, "")]
    [InlineData("text", "text", 65535, null, false, "length(v::STRING) > 65535")]
    [InlineData("jsonb", "varchar", 10, null, false, "")]
    public void A_column_is_tested_for_what_its_counterpart_cannot_hold(
        string type, string there, int? size, int? scale, bool nonNegative, string condition) =>
        Assert.Equal(
            condition,
            Condition(type, new TargetColumnSummary("v", there, true, false) { Size = size, Scale = scale, NonNegative = nonNegative }));

    [Theory]
    [InlineData("timestamp without time zone", null, null, "second", "v <> date_trunc('second', v)")]
    [InlineData("timestamp with time zone", null, null, "day", "v <> date_trunc('day', v)")]
    [InlineData("timestamp without time zone", "0001-01-01", "9999-12-31", null, "v < '0001-01-01' OR v > '9999-12-31'")]
    [InlineData("date", "0001-01-01", null, "day", "v < '0001-01-01'")]
    [InlineData("text", "0001-01-01", null, "day", "")]
    public void A_moment_is_held_against_the_limits_that_the_applier_tells(
        string type, string? earliest, string? latest, string? unit, string condition) =>
        Assert.Equal(
            condition,
            Condition(type, new TargetColumnSummary("v", "x", true, false) { Moments = new MomentLimits(earliest, latest, unit) }));

    [Fact]
    public void NULL_where_the_target_takes_none_is_tested_and_what_the_target_computes_is_not()
    {
        var source = new SourceColumn("Odd \" name", "bigint", true, null, null, null);
        ValueTest test = Assert.Single(
            ValueTests.Of(Route, source, new TargetColumnSummary("odd", "bigint", false, false) { DropNotNull = "MODIFY odd NULL;" }));
        Assert.Equal(("\"Odd \"\" name\" IS NULL", "MODIFY odd NULL;"), (test.Condition, test.Found.Fix));
        Assert.Empty(ValueTests.Of(Route, source, new TargetColumnSummary("odd", "int", false, true)));
    }

    private static string Condition(string type, TargetColumnSummary there)
    {
        ValueTest[] tests = [.. ValueTests.Of(Route, new SourceColumn("v", type, false, null, null, null), there with { Fit = "fits" })];
        Assert.All(tests, test => Assert.Equal("fits", test.Found.Fix));
        return tests.Length == 0 ? "" : Assert.Single(tests).Condition;
    }
}
