using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts;
using Failback.Contracts.Rows;
using Xunit;

namespace Failback.Tests.Apply.Writing;

/// <summary>Rows of a table that references itself: parents first, loops complete, nothing lost.</summary>
public sealed class SelfReferenceOrderTests
{
    private static readonly TargetTable People =
        Sample.Table("id boss", "id", new ForeignKey("fk", [1], new TableName("shop", "t"), ["id"], IsDeferrable: false));

    /// <summary>Rows as id and boss in order of arrival.</summary>
    [Theory]
    [InlineData("1>- 2>1 3>2", "1 2 3")]
    [InlineData("3>2 2>1 1>-", "1 2 3")]
    [InlineData("2>1 3>2 1>-", "1 2 3")]
    [InlineData("4>1 3>1 2>1 1>-", "1 4 3 2")]
    [InlineData("2>1 1>- 4>3 3>-", "1 2 3 4")]
    [InlineData("2>9 1>9", "2 1")]
    [InlineData("1>1 2>1", "1 2")]
    [InlineData("2>1 1>1", "1 2")]
    [InlineData("2>- 1>-", "2 1")]
    public void A_row_comes_after_the_row_that_it_references(string arrival, string sorted) => Assert.Equal(sorted, Sorted(arrival));

    [Theory]
    [InlineData("1>2 2>1")]
    [InlineData("1>2 2>3 3>1 4>1")]
    [InlineData("4>1 1>2 2>3 3>1 5>4")]
    public void Rows_in_a_loop_are_all_kept_and_what_hangs_on_it_comes_after_it(string arrival)
    {
        List<string> sorted = [.. Sorted(arrival).Split(' ')];
        Assert.Equal(arrival.Split(' ').Select(row => row[..1]).Order(StringComparer.Ordinal), sorted.Order(StringComparer.Ordinal));
        foreach (string row in arrival.Split(' ').Where(row => row[0] > '3'))
            Assert.True(sorted.IndexOf(row[2..]) < sorted.IndexOf(row[..1]), row);
    }

    [Fact]
    public void References_are_compared_as_values_and_not_as_they_are_spelt() => Assert.Equal("2.500 1", Sorted("1>2.5 2.500>-"));

    [Fact]
    public void A_composite_reference_holds_only_with_all_of_its_columns()
    {
        var key = new ForeignKey("fk", [0, 2], new TableName("shop", "t"), ["tenant", "id"], IsDeferrable: false);
        TableChanges changes = Sample.Changes(Sample.Table("tenant id boss", "tenant id", key)).With(
            Sample.Frame(1, "[1,5]", """{"tenant":1,"id":5,"boss":6}"""),
            Sample.Frame(1, "[2,6]", """{"tenant":2,"id":6,"boss":null}"""),
            Sample.Frame(1, "[1,6]", """{"tenant":1,"id":6,"boss":null}"""));
        SelfReferenceOrder.Sort(changes);
        Assert.Equal(["[1,6]", "[1,5]", "[2,6]"], changes.Upserts.Select(c => Sample.Text(c.Mutation.Frame.Key)));
    }

    [Fact]
    public void A_row_that_cannot_be_read_stays_for_the_one_that_reports_it()
    {
        TableChanges changes = Sample.Changes(People)
            .With(Sample.Frame(1, "[2]", """{"id":2,"boss":1}"""), Sample.Frame(1, "[3]", "[]"), Sample.Frame(1, "[1]", """{"id":1}"""));
        SelfReferenceOrder.Sort(changes);
        Assert.Equal(["[1]", "[2]", "[3]"], changes.Upserts.Select(c => Sample.Text(c.Mutation.Frame.Key)));
    }

    [Fact]
    public void A_chain_may_be_as_long_as_a_window()
    {
        const int Length = 20_000;
        string sorted = Sorted(string.Join(' ', Enumerable.Range(1, Length).Reverse().Select(i => i == 1 ? "1>-" : $"{i}>{i - 1}")));
        Assert.Equal(string.Join(' ', Enumerable.Range(1, Length)), sorted);
    }

    private static string Sorted(string arrival)
    {
        RowFrame[] rows = [.. arrival.Split(' ').Select(row => row.Split('>')).Select(row => Sample.Frame(
            1, $"[{row[0]}]", $$"""{"id":{{row[0]}},"boss":{{(row[1] == "-" ? "null" : row[1])}}}"""))];
        TableChanges changes = Sample.Changes(People).With(rows);
        SelfReferenceOrder.Sort(changes);
        return string.Join(' ', changes.Upserts.Select(c => Sample.Text(c.Mutation.Frame.Key).Trim('[', ']')));
    }
}
