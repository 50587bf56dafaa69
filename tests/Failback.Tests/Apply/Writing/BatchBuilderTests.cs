using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts.Rows;
using Failback.Contracts.Words;
using Xunit;

namespace Failback.Tests.Apply.Writing;

/// <summary>Rows of one table as batches: the same columns in each, every row once, and what cannot be read set apart.</summary>
public sealed class BatchBuilderTests
{
    private readonly List<(string Key, Failure Failure)> _faults = [];

    [Fact]
    public void Rows_that_carry_the_same_columns_share_a_batch()
    {
        RowBatch[] batches = Upserts(
            Sample.Changes(Sample.Table("id a b", "id")), """{"id":1,"a":1,"b":1}""", """{"id":2,"a":2}""", """{"b":3,"id":3,"a":3}""");
        Assert.Equal(["id a b: 1 1 1 | 3 3 3", "id a: 2 2"], batches.Select(Text));
    }

    [Fact]
    public void Null_is_a_value_and_a_missing_column_is_not_written()
    {
        RowBatch[] batches = Upserts(
            Sample.Changes(Sample.Table("id a", "id")), """{"id":1,"a":null}""", """{"id":2}""", """{"id":3,"a":3}""");
        Assert.Equal(["id a: 1 null | 3 3", "id: 2"], batches.Select(Text));
    }

    [Fact]
    public void Computed_columns_and_columns_that_the_target_lacks_are_not_written() =>
        Assert.Equal(["id: 1"], Upserts(Sample.Changes(Sample.Table("id sum*", "id")), """{"id":1,"sum":5,"other":6}""").Select(Text));

    [Fact]
    public void Key_columns_that_a_column_family_leaves_out_are_taken_from_the_key()
    {
        TableChanges changes = Sample.Changes(Sample.Table("a b c", "a b"), "b a").With(Sample.Frame(1, "[2,1]", """{"c":3}"""));
        Assert.Equal(["a b c: 1 2 3"], new BatchBuilder(10, 1000).Upserts(changes, Note).Select(Text));
    }

    [Theory]
    [InlineData(1, 1 << 20, new[] { 1, 1, 1, 1, 1 })]
    [InlineData(2, 1 << 20, new[] { 2, 2, 1 })]
    [InlineData(5, 1 << 20, new[] { 5 })]
    [InlineData(9, 1 << 20, new[] { 5 })]
    [InlineData(9, 1, new[] { 1, 1, 1, 1, 1 })]
    [InlineData(9, 3, new[] { 2, 2, 1 })]
    public void A_batch_ends_with_its_rows_or_its_bytes_and_no_row_is_left_behind(int rows, int bytes, int[] sizes)
    {
        TableChanges changes = Sample.Changes(Sample.Table("id a", "id"))
            .With([.. Enumerable.Range(1, 5).Select(i => Sample.Frame(1, $"[{i}]", $$"""{"id":{{i}},"a":1}"""))]);
        RowBatch[] batches = [.. new BatchBuilder(rows, bytes).Upserts(changes, Note)];
        Assert.Equal(sizes, batches.Select(b => b.Count));
        Assert.Equal(changes.Upserts, batches.SelectMany(b => b.Changes));
    }

    [Theory]
    [InlineData("[1,2]")]
    [InlineData("""{"id":2""")]
    public void A_row_that_cannot_be_read_is_set_apart_and_its_neighbours_are_written(string image)
    {
        TableChanges changes = Sample.Changes(Sample.Table("id a", "id"))
            .With(Sample.Frame(1, "[1]", """{"id":1}"""), Sample.Frame(1, "[2]", image), Sample.Frame(1, "[3]", """{"id":3}"""));
        Assert.Equal(["id: 1 | 3"], new BatchBuilder(10, 1000).Upserts(changes, Note).Select(Text));
        Assert.Equal(("[2]", FailureKind.Data), (Assert.Single(_faults).Key, _faults[0].Failure.Kind));
    }

    [Fact]
    public void A_row_teaches_the_order_of_its_key_and_is_written_by_its_columns()
    {
        TableChanges changes = Sample.Changes(Sample.Table("a b", "a b")).With(Sample.Frame(1, "[2,1]", """{"a":1,"b":2}"""));
        Assert.Equal(["a b: 1 2"], new BatchBuilder(10, 1000).Upserts(changes, Note).Select(Text));
        Assert.True(changes.Lesson.NamesOtherwise);
        Assert.False(Sample.Changes(changes.Table, "b a").With(changes.Upserts[0].Mutation.Frame).Lesson.NamesOtherwise);
    }

    [Fact]
    public void The_former_row_of_a_delete_teaches_the_order_too()
    {
        TableChanges changes = Sample.Changes(Sample.Table("a b", "a b")).With(Sample.Frame(1, "[2,1]", null, """{"a":1,"b":2}"""));
        Assert.Equal(["a b: 1 2"], Keys(changes).Select(Text));
        Assert.True(changes.Lesson.NamesOtherwise);
    }

    [Fact]
    public void A_delete_of_a_composite_key_whose_order_is_not_known_is_set_apart()
    {
        Assert.Empty(Keys(Sample.Changes(Sample.Table("a b", "a b")).With(Sample.Frame(1, "[2,1]", null))));
        Assert.Equal(LetterCodes.KeyUnknown, Assert.Single(_faults).Failure.Code);
    }

    [Theory]
    [InlineData("""{"region":"eu","id":1}""", """region id: "eu" 1""")]
    [InlineData("""{"id":1,"note":2,"region":"us"}""", """region id: "us" 1""")]
    public void A_delete_is_located_by_the_former_row_where_the_key_does_not_hold_the_target_key(string before, string located)
    {
        TableChanges changes = Sample.Changes(Sample.Table("id region note", "region id"), "id").With(Sample.Frame(1, "[1]", null, before));
        Assert.Equal([located], Keys(changes).Select(Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"note":2}""")]
    public void A_delete_without_a_former_row_is_located_by_its_key(string before)
    {
        TableChanges changes = Sample.Changes(Sample.Table("a b note", "a b"), "b a").With(Sample.Frame(1, "[2,1]", null, before));
        Assert.Equal(["a b: 1 2"], Keys(changes).Select(Text));
    }

    [Fact]
    public void A_delete_that_nothing_locates_is_set_apart()
    {
        TableChanges changes = Sample.Changes(Sample.Table("id region", "region id"), "id")
            .With(Sample.Frame(1, "[1]", null), Sample.Frame(1, "[2]", null, """{"region":"eu","id":2}"""));
        Assert.Equal(["""region id: "eu" 2"""], Keys(changes).Select(Text));
        Assert.Equal(("[1]", FailureKind.Data), (Assert.Single(_faults).Key, _faults[0].Failure.Kind));
    }

    [Fact]
    public void Keys_are_cut_into_batches_and_none_is_left_behind()
    {
        TableChanges changes = Sample.Changes(Sample.Table("id", "id"), "id")
            .With([.. Enumerable.Range(1, 5).Select(i => Sample.Frame(1, $"[{i}]", null))]);
        Assert.Equal(["id: 1 | 2", "id: 3 | 4", "id: 5"], Keys(changes, rows: 2).Select(Text));
    }

    private RowBatch[] Upserts(TableChanges changes, params string[] images)
    {
        RowFrame[] rows = [.. images.Select((image, i) => Sample.Frame(1, $"[{i + 1}]", image))];
        return [.. new BatchBuilder(10, 1000).Upserts(changes.With(rows), Note)];
    }

    private RowBatch[] Keys(TableChanges changes, int rows = 10) => [.. new BatchBuilder(rows, 1000).Keys(changes, changes.Deletes, Note)];

    private void Note(RowChange row, Failure failure) => _faults.Add((Sample.Text(row.Mutation.Frame.Key), failure));

    /// <summary>Columns, then the values of each row.</summary>
    private static string Text(RowBatch batch)
    {
        IEnumerable<string> rows = Enumerable.Range(0, batch.Count)
            .Select(r => string.Join(' ', batch.Columns.Select((_, c) => Sample.Text(batch.Cell(r, c)))));
        return $"{string.Join(' ', batch.Columns.Select(c => batch.Table.Columns[c].Name))}: {string.Join(" | ", rows)}";
    }
}
