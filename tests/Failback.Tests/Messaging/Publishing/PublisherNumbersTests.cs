using Failback.Messaging.Publishing;
using Failback.Testing;
using Xunit;

namespace Failback.Tests.Messaging.Publishing;

public sealed class PublisherNumbersTests
{
    private readonly SteppedTime _time = new();
    private readonly PublisherNumbers _numbers;

    public PublisherNumbersTests() => _numbers = new PublisherNumbers(_time);

    [Fact]
    public void Numbers_have_no_gap_and_totals_add_up()
    {
        Assert.True(_numbers.Next(3));
        string id = _numbers.Id;
        Assert.False(_numbers.Next(4));
        Assert.Equal((id, 2, 7), (_numbers.Id, _numbers.Sequence, _numbers.Total));
    }

    [Fact]
    public void An_id_ends_with_a_lost_message_and_when_it_was_idle_for_days_long_before_readers_forget_it()
    {
        _numbers.Next(1);
        string first = _numbers.Id;
        _time.Step(PublisherNumbers.IdleAtMost);
        Assert.False(_numbers.Next(1));
        _time.Step(PublisherNumbers.IdleAtMost + TimeSpan.FromSeconds(1));
        Assert.True(_numbers.Next(5));
        Assert.NotEqual(first, _numbers.Id);
        Assert.Equal((1, 5), (_numbers.Sequence, _numbers.Total));
        string second = _numbers.Id;
        _numbers.End();
        Assert.True(_numbers.Next(1));
        Assert.NotEqual(second, _numbers.Id);
        Assert.True(PublisherNumbers.IdleAtMost < TimeSpan.FromDays(30) / 3);
    }
}
