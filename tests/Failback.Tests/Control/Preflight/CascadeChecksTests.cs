using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Preflight;
using Failback.Source;
using Xunit;

namespace Failback.Tests.Control.Preflight;

/// <summary>Which cascades of a target the source has too, names and rules for columns included.</summary>
public sealed class CascadeChecksTests
{
    private static readonly TableRoute Parent = new() { Source = "shop.public.p", Target = "HR.P", Queue = "q" };

    private static readonly TableRoute Child = new()
    {
        Source = "shop.public.c",
        Target = "HR.C",
        Queue = "q",
        Columns = [new ColumnRule { Column = "parent", Rename = "P_ID" }],
    };

    [Theory]
    [InlineData("c", "parent", "p", 0)]
    [InlineData("c", "other", "p", 1)]
    [InlineData("c", "parent", "q", 1)]
    [InlineData("d", "parent", "p", 1)]
    public void A_cascade_is_matched_by_tables_and_columns(string child, string column, string parent, int found) =>
        Assert.Equal(found, CascadeChecks.Of([Parent, Child], Target("HR.P"), [Key(child, column, parent)]).Count());

    [Fact]
    public void Nothing_is_said_of_parents_that_take_no_part() =>
        Assert.Empty(CascadeChecks.Of([Parent, Child], Target("HR.OTHER"), []));

    private static SourceForeignKey Key(string child, string column, string parent) =>
        new(new TableName("public", child), [column], new TableName("public", parent));

    private static TargetDescription Target(string parent) => new(
        [new TargetTableSummary("HR", "P", ["ID"]), new TargetTableSummary("HR", "C", ["ID"])
        {
            Cascades = [new TargetCascade("FK", ["P_ID"], parent, "fix")],
        }], null);
}
