using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Windows;
using Failback.Contracts.Rows;
using Failback.Contracts.Words;
using Failback.Messaging.Reading;
using Xunit;

namespace Failback.Tests.Apply.Groups;

/// <summary>Messages of a queue: what was accounted for is dropped, what is missing halts, rows and markers come out.</summary>
public sealed class GroupInboxTests : IDisposable
{
    private const string Image =
        """{"id": 1, "a": "long enough that the key of a row lies in the first of three slices, as it does in real ones"}""";

    private readonly Inbox _inbox = new(Sample.At(10));

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public void Rows_come_out_in_order_of_arrival()
    {
        _inbox.Rows("p", 1, 2, Row(12, 1), Row(11, 2));
        _inbox.Rows("q", 1, 1, Row(13, 3));
        Assert.Equal([12L, 11, 13], _inbox.Table.Rows.Select(r => r.Updated.Wall));
        Assert.Equal(["[1]", "[2]", "[3]"], _inbox.Table.Rows.Select(r => Sample.Text(r.Frame.Key)));
        Assert.Equal((3, _inbox.Table.Held.Sum(e => e.Size)), _inbox.Held);
    }

    /// <summary>The publisher's last number that the target knows of, and the numbers that arrive.</summary>
    [Theory]
    [InlineData(0, new long[] { 1, 2 }, true)]
    [InlineData(3, new long[] { 4, 5 }, true)]
    [InlineData(3, new long[] { 2, 3, 4 }, true)]
    [InlineData(3, new long[] { 1 }, true)]
    [InlineData(0, new long[] { 2 }, false)]
    [InlineData(3, new long[] { 5 }, false)]
    [InlineData(0, new long[] { 1, 3 }, false)]
    [InlineData(3, new long[] { 3, 5 }, false)]
    public void A_gap_in_the_numbers_of_a_publisher_halts_the_group(long known, long[] arriving, bool whole)
    {
        if (known > 0) _inbox.Known("p", known, known);
        Exception? halted = Record.Exception(() =>
        {
            foreach (long sequence in arriving) _inbox.Rows("p", sequence, sequence, Row(11, 1));
        });
        Assert.Equal(whole, halted is null);
        if (halted is not null)
            Assert.Equal(
                (ContinuityCodes.Broken, "shop.t"),
                ((halted as GroupHaltedException)?.Failure.Code, (halted as GroupHaltedException)?.Table));
    }

    [Fact]
    public void Publishers_count_on_their_own()
    {
        _inbox.Known("old", 7, 70);
        _inbox.Rows("p", 1, 1, Row(11, 1));
        _inbox.Rows("old", 8, 71, Row(11, 2));
        _inbox.Rows("q", 1, 1, Row(11, 3));
        _inbox.Rows("p", 2, 2, Row(11, 4));
        Assert.Equal(4, _inbox.Table.Rows.Count);
    }

    [Fact]
    public void A_message_that_was_accounted_for_is_acknowledged_and_changes_nothing()
    {
        _inbox.Known("p", 2, 5);
        _inbox.Rows("p", 1, 4, Row(11, 1));
        _inbox.Marker("p", 2, 5, 50);
        Assert.Equal("tag1 tag2", _inbox.Settled());
        Assert.Equal((0, 0L, 0L), (_inbox.Table.Rows.Count, _inbox.Table.ReceivedResolved.Wall, _inbox.Memory));
    }

    [Theory]
    [InlineData(3, 40, 43, 3, 3)]
    [InlineData(0, 0, 2, 2, 2)]
    public void Received_follows_the_running_total_of_the_publisher(long known, long before, long total, int rows, long received)
    {
        if (known > 0) _inbox.Known("p", known, before);
        _inbox.Rows("p", known + 1, total, [.. Enumerable.Range(1, rows).Select(i => Row(11, i))]);
        Assert.Equal(received, Assert.Single(_inbox.Table.Held).Received);
    }

    [Fact]
    public void A_version_before_the_checkpoint_is_superseded_on_arrival()
    {
        _inbox.Rows("p", 1, 2, Row(9, 1), Row(11, 2));
        Assert.Equal(11, Assert.Single(_inbox.Table.Rows).Updated.Wall);
        Assert.Equal((2, 1), (_inbox.Table.Held[0].Rows, _inbox.Table.Held[0].Of(Outcome.Superseded)));
    }

    /// <summary>A scan that was added to a changefeed has the timestamp that its table has been applied through.</summary>
    [Fact]
    public void A_row_with_the_very_timestamp_of_the_checkpoint_is_taken_and_a_delete_is_not()
    {
        _inbox.Rows("p", 1, 2, Row(10, 1), Sample.Frame(10, "[2]", null));
        for (int i = 0; i < 2; i++) _inbox.Slice("q", i + 1, "f", i, 2, Row(10, 3));
        for (int i = 0; i < 2; i++) _inbox.Slice("r", i + 1, "g", i, 2, Sample.Frame(10, "[4]", null, Image));
        Assert.Equal(["[1]", "[3]"], _inbox.Table.Rows.Select(r => Sample.Text(r.Frame.Key)));
        Assert.Equal("r1 r2", _inbox.Settled());
    }

    [Fact]
    public void Rows_that_the_script_dropped_are_counted_and_rows_that_it_failed_on_stay_rows()
    {
        _inbox.Rows("p", 1, 2, Row(11, 1) with { IsMarked = true }, Row(12, 2) with { IsMarked = true, Note = "line 3"u8.ToArray() });
        Assert.Equal("[2]", Sample.Text(Assert.Single(_inbox.Table.Rows).Frame.Key));
        Assert.Equal((1, true), (_inbox.Table.Held[0].Of(Outcome.Filtered), _inbox.Table.Held[0].HasUnrouted));
    }

    [Fact]
    public void The_resolved_timestamp_of_a_queue_never_goes_back()
    {
        _inbox.Marker("p", 1, 0, 30);
        _inbox.Marker("q", 1, 0, 20);
        Assert.Equal(Sample.At(30), _inbox.Table.ReceivedResolved);
    }

    [Theory]
    [InlineData(19, "")]
    [InlineData(20, "p1 p2 q1")]
    [InlineData(25, "p1 p2 q1")]
    [InlineData(30, "p1 p2 p3 q1")]
    public void A_marker_is_acknowledged_when_it_is_passed_and_before_what_its_publisher_sent_later(long resolved, string settled)
    {
        _inbox.Marker("p", 1, 0, 20);
        _inbox.Rows("p", 2, 1, Row(9, 1));
        _inbox.Marker("p", 3, 1, 30);
        _inbox.Marker("q", 1, 0, 20);
        Assert.Equal(settled, _inbox.Settled(resolved));
    }

    [Fact]
    public void A_row_without_an_outcome_holds_up_its_own_publisher_only()
    {
        _inbox.Rows("p", 1, 1, Row(11, 1));
        _inbox.Rows("p", 2, 2, Row(9, 1));
        _inbox.Rows("q", 1, 1, Row(9, 1));
        Assert.Equal("q1", _inbox.Settled());
        _inbox.Table.Held[0].Count(Outcome.Applied);
        Assert.Equal("p1 p2 q1", _inbox.Settled());
    }

    [Fact]
    public void Acknowledgements_go_up_to_a_tag_and_then_one_by_one()
    {
        _inbox.Rows("p", 1, 1, Row(9, 1));
        _inbox.Rows("q", 1, 1, Row(9, 1));
        _inbox.Rows("p", 2, 2, Row(11, 1));
        _inbox.Rows("q", 2, 2, Row(9, 1));
        Assert.Equal([new Acknowledgement(0, 2, Multiple: true), new Acknowledgement(0, 4, Multiple: false)], _inbox.Release(0));
        Assert.Equal((1, _inbox.Table.Held.Single().Size), _inbox.Held);
    }

    [Fact]
    public void Slices_become_a_row_with_the_last_one_and_are_settled_with_it()
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.Empty(_inbox.Table.Rows);
            _inbox.Slice("p", i + 1, "f", i, 3, Row(11, 1));
        }

        Mutation whole = Assert.Single(_inbox.Table.Rows);
        Assert.Equal((Image, ""), (Sample.Text(whole.Frame.After), _inbox.Settled()));
        whole.Entry.Count(Outcome.Applied);
        Assert.Equal("p1 p2 p3", _inbox.Settled());
    }

    [Fact]
    public void Slices_of_two_rows_do_not_mix()
    {
        _inbox.Slice("p", 1, "f", 0, 2, Row(11, 1));
        _inbox.Slice("q", 1, "g", 0, 2, Row(12, 2));
        _inbox.Slice("p", 2, "f", 1, 2, Row(11, 1));
        _inbox.Slice("q", 2, "g", 1, 2, Row(12, 2));
        Assert.Equal(["[1]", "[2]"], _inbox.Table.Rows.Select(r => Sample.Text(r.Frame.Key)));
    }

    [Fact]
    public void A_marker_before_the_version_of_a_row_in_slices_leaves_it_alone()
    {
        _inbox.Slice("p", 1, "f", 0, 2, Row(21, 1));
        _inbox.Marker("q", 1, 0, 20);
        _inbox.Slice("p", 2, "f", 1, 2, Row(21, 1));
        Assert.Equal(21, Assert.Single(_inbox.Table.Rows).Updated.Wall);
    }

    [Fact]
    public void Slices_that_a_dead_sink_left_behind_go_with_the_marker_that_covers_their_version()
    {
        _inbox.Slice("p", 1, "f", 0, 3, Row(15, 1));
        _inbox.Slice("p", 2, "f", 1, 3, Row(15, 1));
        Assert.Equal("", _inbox.Settled(20));
        _inbox.Marker("q", 1, 0, 20);
        Assert.Equal("p1 p2 q1", _inbox.Settled(20));
        Assert.Empty(_inbox.Table.Rows);
    }

    [Fact]
    public void The_last_slice_of_a_row_that_was_given_up_is_superseded_and_holds_nothing()
    {
        _inbox.Slice("p", 1, "f", 0, 3, Row(15, 1));
        _inbox.Slice("p", 2, "f", 1, 3, Row(15, 1));
        _inbox.Marker("q", 1, 0, 20);
        _inbox.Slice("p", 3, "f", 2, 3, Row(15, 1));
        _inbox.Rows("p", 4, 2, Row(9, 2));
        Assert.Equal("p1 p2 q1 p3 p4", _inbox.Settled(20));
        Assert.Equal((2L, 2), Ledger());
        Assert.Empty(_inbox.Table.Rows);
    }

    [Fact]
    public void Slices_whose_first_ones_an_earlier_owner_gave_up_are_superseded()
    {
        _inbox.Known("p", 2, 0);
        _inbox.Slice("p", 3, "f", 2, 4, Row(15, 1));
        _inbox.Slice("p", 4, "f", 3, 4, Row(15, 1));
        Assert.Equal("p3 p4", _inbox.Settled());
        Assert.Equal((1L, 1), Ledger());
    }

    [Fact]
    public void The_rest_of_an_earlier_try_is_superseded_by_the_new_one()
    {
        _inbox.Slice("p", 1, "f", 0, 2, Row(15, 1));
        _inbox.Slice("q", 1, "g", 0, 2, Row(15, 1));
        _inbox.Slice("p", 2, "f", 1, 2, Row(15, 1));
        _inbox.Slice("q", 2, "g", 1, 2, Row(15, 1));
        Assert.Equal("p1 p2", _inbox.Settled());
        Assert.Single(_inbox.Table.Rows).Entry.Count(Outcome.Applied);
        Assert.Equal("p1 q1 p2 q2", _inbox.Settled());
        Assert.Equal((2L, 2), Ledger());
    }

    [Fact]
    public void A_new_try_of_a_row_in_slices_replaces_what_the_earlier_one_left()
    {
        _inbox.Slice("p", 1, "f", 0, 3, Row(15, 1));
        _inbox.Slice("other", 1, "h", 0, 3, Row(15, 2));
        for (int i = 0; i < 3; i++) _inbox.Slice("q", i + 1, "g", i, 3, Row(15, 1));
        Assert.Equal("[1]", Sample.Text(Assert.Single(_inbox.Table.Rows).Frame.Key));
        _inbox.Table.Rows[0].Entry.Count(Outcome.Applied);
        Assert.Equal("p1 q1 q2 q3", _inbox.Settled());
    }

    [Fact]
    public void Slices_of_a_version_before_the_checkpoint_are_one_superseded_row()
    {
        for (int i = 0; i < 3; i++) _inbox.Slice("p", i + 1, "f", i, 3, Row(9, 1));
        Assert.Equal(1, _inbox.Table.Held.Sum(e => e.Of(Outcome.Superseded)));
        Assert.Equal("p1 p2 p3", _inbox.Settled());
    }

    [Fact]
    public void The_memory_of_messages_comes_back_when_they_are_let_go()
    {
        _inbox.Rows("p", 1, 1, Row(9, 1));
        for (int i = 0; i < 2; i++) _inbox.Slice("q", i + 1, "f", i, 2, Row(11, 1));
        _inbox.Table.Rows[0].Entry.Count(Outcome.Applied);
        _inbox.Table.Rows.Clear();
        _inbox.Release(0);
        Assert.Equal((0L, (0, 0L)), (_inbox.Memory, _inbox.Held));
    }

    [Fact]
    public void A_message_without_a_time_is_as_old_as_its_arrival()
    {
        DateTimeOffset published = Inbox.Now.AddHours(-1);
        _inbox.Rows("p", 1, 1, Row(11, 1));
        _inbox.Take(_inbox.Message("rows", "p", 2, 1, 2, Sample.Body(Row(11, 1))) with { PublishedAt = published });
        Assert.Equal([Inbox.Now, published], _inbox.Table.Held.Select(e => e.PublishedAt));
    }

    [Fact]
    public void A_message_of_another_kind_is_not_guessed_at() =>
        Assert.Throws<UnreadableMessageException>(() => _inbox.Take(_inbox.Message("parcel", "p", 1, 0, 0, [])));

    /// <summary>Rows received by the publishers' count, and rows with an outcome.</summary>
    private (long Received, int Accounted) Ledger() =>
        (_inbox.Table.Held.Sum(e => e.Received), _inbox.Table.Held.Sum(e => Enum.GetValues<Outcome>().Sum(e.Of)));

    private static RowFrame Row(long updated, int id) => Sample.Frame(updated, $"[{id}]", Image);
}
