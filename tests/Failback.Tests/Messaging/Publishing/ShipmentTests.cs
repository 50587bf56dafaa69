using Failback.Contracts;
using Failback.Messaging.Publishing;
using Xunit;

namespace Failback.Tests.Messaging.Publishing;

/// <summary>What a request is told of its rows, whatever order their messages end in, and how long its body is held.</summary>
public sealed class ShipmentTests
{
    private static readonly PublishResult Refused = PublishResult.Refused("full");
    private static readonly PublishResult Away = PublishResult.Unavailable("away");

    private readonly Body _body = new();

    /// <summary>
    /// J: a message takes rows of it; C, R, U: a message ends confirmed, refused, unknown; L, X: the lane is done with it, all rows sent or
    /// not; W: the request gives up.
    /// </summary>
    [Theory]
    [InlineData("", null)]
    [InlineData("J", null)]
    [InlineData("JC", null)]
    [InlineData("JL", null)]
    [InlineData("JLC", PublishOutcome.Confirmed)]
    [InlineData("JCL", PublishOutcome.Confirmed)]
    [InlineData("JJLC", null)]
    [InlineData("JJLCC", PublishOutcome.Confirmed)]
    [InlineData("JCJLC", PublishOutcome.Confirmed)]
    [InlineData("JCJL", null)]
    [InlineData("JJR", PublishOutcome.Refused)]
    [InlineData("JJLCR", PublishOutcome.Refused)]
    [InlineData("JJLRC", PublishOutcome.Refused)]
    [InlineData("JJLRU", PublishOutcome.Refused)]
    [InlineData("JU", PublishOutcome.Unavailable)]
    [InlineData("JUL", PublishOutcome.Unavailable)]
    [InlineData("JCX", PublishOutcome.Unavailable)]
    [InlineData("X", PublishOutcome.Unavailable)]
    [InlineData("W", PublishOutcome.Unavailable)]
    [InlineData("JWLC", PublishOutcome.Unavailable)]
    [InlineData("JLCW", PublishOutcome.Confirmed)]
    public async Task A_request_is_confirmed_when_all_of_it_is_and_refused_with_the_first_word_against_it(
        string happens, PublishOutcome? outcome)
    {
        Shipment shipment = Rows(1);
        foreach (char step in happens) Do(shipment, step);
        Assert.Equal(outcome is not null, shipment.IsAnswered);
        if (outcome is not null) Assert.Equal(outcome, (await shipment.Completion).Outcome);
    }

    [Theory]
    [InlineData("JW", false)]
    [InlineData("JR", false)]
    [InlineData("JWX", true)]
    [InlineData("JL", true)]
    public void The_body_is_held_until_the_lane_is_done_with_it_also_after_the_answer(string happens, bool freed)
    {
        Shipment shipment = Rows(1);
        _body.Release();
        foreach (char step in happens) Do(shipment, step);
        Assert.Equal(freed ? 1 : 0, _body.Freed);
    }

    [Fact]
    public void Several_queues_share_a_body_that_the_last_one_frees()
    {
        Shipment one = Rows(1), other = Rows(2);
        _body.Release();
        Do(one, 'L');
        Assert.Equal(0, _body.Freed);
        Do(other, 'L');
        Assert.Equal(1, _body.Freed);
    }

    [Fact]
    public void Rows_are_taken_in_the_order_of_the_request()
    {
        Shipment shipment = Rows(3);
        long all = shipment.Waiting;
        Assert.Equal([1L, 2], [shipment.Take().Updated.Wall, shipment.Take().Updated.Wall]);
        Assert.Equal((false, all / 3), (shipment.IsWritten, shipment.Waiting));
        shipment.Take();
        Assert.Equal((true, 0L), (shipment.IsWritten, shipment.Waiting));
    }

    [Fact]
    public async Task A_resolved_timestamp_has_no_rows_and_is_answered_by_its_own_message()
    {
        var shipment = new Shipment(new HlcTimestamp(5, 0));
        Assert.Equal((true, 0L), (shipment.IsWritten, shipment.Waiting));
        Do(shipment, 'J');
        Do(shipment, 'L');
        Assert.False(shipment.IsAnswered);
        Do(shipment, 'C');
        Assert.True((await shipment.Completion).IsConfirmed);
    }

    private static void Do(Shipment shipment, char step)
    {
        if (step == 'J') shipment.Join();
        else if (step == 'W') shipment.Withdraw();
        else if (step is 'L' or 'X') shipment.Leave(step == 'L' ? PublishResult.Confirmed : Away);
        else shipment.Settle(step == 'C' ? PublishResult.Confirmed : step == 'R' ? Refused : Away);
    }

    private Shipment Rows(int count) => new([.. Enumerable.Range(1, count).Select(i => _body.Row(i))], _body, topic: null);
}
