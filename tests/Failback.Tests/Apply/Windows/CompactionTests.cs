using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Rows;
using Xunit;

namespace Failback.Tests.Apply.Windows;

/// <summary>Which versions of a window are written, which wait and which are superseded.</summary>
public sealed class CompactionTests
{
    private const string Row = """{"id": 1}""";

    private readonly List<Mutation> _superseded = [];
    private readonly TableChanges _changes = Sample.Changes(Sample.Table("id a", "id"));

    [Theory]
    [InlineData(1, Row, 2, Row, 2, Row)]
    [InlineData(1, Row, 2, null, 2, null)]
    [InlineData(1, null, 2, Row, 2, Row)]
    [InlineData(1, null, 2, null, 2, null)]
    [InlineData(2, Row, 2, null, 2, Row)]
    public void The_newest_version_stays_and_at_equal_versions_the_row_that_exists(
        long one, string? image, long other, string? otherImage, long stays, string? staying)
    {
        RowFrame[] rows = [Sample.Frame(one, "[1]", image), Sample.Frame(other, "[1]", otherImage)];
        foreach (RowFrame[] arrival in (RowFrame[][])[rows, [.. rows.Reverse()]])
        {
            TableChanges changes = Sample.Changes(Sample.Table("id a", "id"));
            Compaction.Take([.. arrival.Select(Sample.Mutation)], HlcTimestamp.Max, 0, changes, _ => { });
            RowChange kept = Assert.Single(changes.Upserts.Concat(changes.Deletes));
            Assert.Equal((Sample.At(stays), staying is null), (kept.Mutation.Updated, kept.Mutation.Frame.IsDelete));
        }
    }

    [Fact]
    public void The_counter_orders_versions_of_one_nanosecond()
    {
        RowFrame early = Sample.Frame(5, "[1]", Row) with { Updated = new HlcTimestamp(5, 1) },
            late = early with { Updated = new HlcTimestamp(5, 2), After = default };
        Take(HlcTimestamp.Max, 0, late, early);
        Assert.Equal(late.Updated, Assert.Single(_changes.Deletes).Mutation.Updated);
        Assert.Equal(early.Updated, Assert.Single(_superseded).Updated);
    }

    [Fact]
    public void Of_a_version_that_arrives_twice_one_is_written_and_the_other_superseded()
    {
        Take(HlcTimestamp.Max, 0, Sample.Frame(5, "[1]", Row), Sample.Frame(5, "[1]", Row));
        Assert.Equal((1, 1), (_changes.Upserts.Count, _superseded.Count));
    }

    [Fact]
    public void A_window_ends_with_its_resolved_timestamp_and_what_is_newer_waits_in_its_order()
    {
        List<Mutation> rest = Take(
            Sample.At(5), 0, Sample.Frame(7, "[1]", Row), Sample.Frame(5, "[2]", Row), Sample.Frame(6, "[3]", Row),
            Sample.Frame(4, "[4]", null));
        Assert.Equal([7L, 6], rest.Select(r => r.Updated.Wall));
        Assert.Equal([5L, 4], _changes.Upserts.Concat(_changes.Deletes).Select(c => c.Mutation.Updated.Wall));
    }

    [Fact]
    public void Rows_ahead_of_the_window_go_along_in_order_of_arrival()
    {
        List<Mutation> rest = Take(Sample.At(5), 1, Sample.Frame(9, "[1]", Row), Sample.Frame(5, "[2]", Row), Sample.Frame(6, "[3]", Row));
        Assert.Equal([6L], rest.Select(r => r.Updated.Wall));
        Assert.Equal([9L, 5], _changes.Upserts.Select(c => c.Mutation.Updated.Wall));
    }

    [Fact]
    public void A_row_ahead_supersedes_its_version_inside_the_window()
    {
        Take(Sample.At(5), int.MaxValue, Sample.Frame(9, "[1]", null), Sample.Frame(5, "[1]", Row));
        Assert.Equal(9, Assert.Single(_changes.Deletes).Mutation.Updated.Wall);
        Assert.Equal((0, 5L), (_changes.Upserts.Count, Assert.Single(_superseded).Updated.Wall));
    }

    [Fact]
    public void A_delete_finds_the_row_whose_key_is_spelt_otherwise()
    {
        Take(HlcTimestamp.Max, 0, Sample.Frame(1, "[2.500]", Row), Sample.Frame(2, "[2.5]", null));
        Assert.Equal((0, 1, 1), (_changes.Upserts.Count, _changes.Deletes.Count, _superseded.Count));
    }

    [Fact]
    public void Every_version_is_written_superseded_or_waits()
    {
        RowFrame[] rows = [.. Enumerable.Range(0, 100).Select(i => Sample.Frame(i % 13, $"[{i % 7}]", i % 3 == 0 ? null : Row))];
        List<Mutation> rest = Take(Sample.At(9), 5, rows);
        Assert.Equal(rows.Length, rest.Count + _superseded.Count + _changes.Upserts.Count + _changes.Deletes.Count);
        Assert.Equal(7, _changes.Upserts.Concat(_changes.Deletes).Select(c => c.Identity).Distinct().Count());
    }

    [Fact]
    public void An_empty_window_changes_nothing()
    {
        List<Mutation> rest = Take(Sample.At(4), 0, Sample.Frame(5, "[1]", Row));
        Assert.Equal((1, true, 0), (rest.Count, _changes.IsEmpty, _superseded.Count));
    }

    private List<Mutation> Take(HlcTimestamp limit, int ahead, params RowFrame[] arrival)
    {
        List<Mutation> rows = [.. arrival.Select(Sample.Mutation)];
        Compaction.Take(rows, limit, ahead, _changes, _superseded.Add);
        return rows;
    }
}
