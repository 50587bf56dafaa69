using Failback.Contracts.Rows;
using Failback.Messaging.Broker;
using Failback.Messaging.Publishing;
using Xunit;

namespace Failback.Tests.Messaging.Publishing;

/// <summary>Which rows share a message, and who is told how it ended.</summary>
public sealed class OutgoingMessageTests
{
    private readonly Body _body = new();
    private readonly OutgoingMessage _message = new();

    /// <summary>Rows of each request, and room of the message in rows.</summary>
    [Theory]
    [InlineData(new[] { 3 }, 3, "1 2 3")]
    [InlineData(new[] { 3 }, 2, "1 2")]
    [InlineData(new[] { 2, 2 }, 3, "1 2 1")]
    [InlineData(new[] { 1, 1, 1 }, 9, "1 1 1")]
    public void Requests_share_a_message_in_their_order_as_long_as_their_rows_fit(int[] requests, int room, string rows)
    {
        int capacity = room * (int)_body.Row(1).FrameBytes;
        _message.Begin(MessageTypes.Rows, capacity);
        foreach (int count in requests) _message.Add(Shipment(count), capacity);
        Assert.Equal(rows, Versions());
        Assert.Equal(rows.Split(' ').Length, _message.Rows);
    }

    [Theory]
    [InlineData(1, 4, "2 3 4", 1)]
    [InlineData(3, 3, "", 0)]
    public void What_did_not_fit_goes_on_with_the_next_message(int first, int all, string rest, int messages)
    {
        int frame = (int)_body.Row(1).FrameBytes;
        Shipment shipment = Shipment(all);
        _message.Begin(MessageTypes.Rows, first * frame);
        _message.Add(shipment, first * frame);
        _message.Settle(PublishResult.Confirmed);
        _message.Begin(MessageTypes.Rows, 9 * frame);
        _message.Add(shipment, 9 * frame);
        Assert.Equal(rest, Versions());
        shipment.Leave(PublishResult.Confirmed);
        Assert.Equal(messages == 0, shipment.IsAnswered);
    }

    [Fact]
    public async Task Everyone_in_a_message_is_told_how_it_ended_and_no_one_else()
    {
        Shipment one = Shipment(1), other = Shipment(1), outside = Shipment(1);
        _message.Begin(MessageTypes.Rows, 1000);
        _message.Add(one, 1000);
        _message.Add(other, 1000);
        _message.Settle(PublishResult.Refused("full"));
        Assert.Equal(["full", "full"], [(await one.Completion).Reason, (await other.Completion).Reason]);
        Assert.False(outside.IsAnswered);
    }

    [Fact]
    public void A_row_in_slices_counts_with_its_last_slice()
    {
        RowFrame frame = _body.Row(1).In(_body.Memory);
        _message.Begin(MessageTypes.Fragment, 20);
        _message.Set(frame, 0, 20, completesRow: false);
        Assert.Equal((0, 20), (_message.Rows, _message.Length));
        _message.Set(frame, 20, 20, completesRow: true);
        Assert.Equal((1, (int)frame.Size - 20), (_message.Rows, _message.Length));
    }

    private Shipment Shipment(int rows) => new([.. Enumerable.Range(1, rows).Select(i => _body.Row(i))], _body, topic: null);

    private string Versions()
    {
        var versions = new List<long>();
        for (ReadOnlyMemory<byte> rest = _message.Body; !rest.IsEmpty;) versions.Add(RowFrame.Read(ref rest).Updated.Wall);
        return string.Join(' ', versions);
    }
}
