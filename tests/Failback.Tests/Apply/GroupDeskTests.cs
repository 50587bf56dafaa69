using Failback.Apply.Groups;
using Xunit;

namespace Failback.Tests.Apply;

/// <summary>Questions to an owner: each is taken once, and none is left without an end.</summary>
public sealed class GroupDeskTests
{
    private readonly GroupDesk _desk = new();

    [Fact]
    public void A_repeat_is_dropped_while_the_first_waits_and_after_it_was_taken()
    {
        Guid id = Guid.NewGuid();
        GroupQuestion first = Question();
        Assert.True(_desk.TryPut(id, first));
        Assert.False(_desk.TryPut(id, Question()));
        Assert.True(_desk.TryTake(out GroupQuestion? taken));
        Assert.Same(first, taken);
        Assert.False(_desk.TryPut(id, Question()));
        Assert.False(_desk.TryTake(out _));
    }

    [Fact]
    public async Task What_waits_at_the_end_of_a_spell_is_left_to_the_next_owner_and_nothing_is_taken_any_more()
    {
        GroupQuestion waiting = Question();
        _desk.TryPut(Guid.NewGuid(), waiting);
        _desk.Close();
        Assert.Null(await waiting.Answer);
        Assert.False(_desk.TryPut(Guid.NewGuid(), Question()));
        Assert.False(_desk.TryTake(out _));
    }

    [Fact]
    public void Questions_are_taken_in_their_order_and_only_the_last_ones_are_remembered()
    {
        Guid first = Guid.NewGuid();
        Assert.True(_desk.TryPut(first, Question()));
        for (int i = 0; i < 1000; i++) Assert.True(_desk.TryPut(Guid.NewGuid(), Question()));
        for (int i = 0; i < 1001; i++) Assert.True(_desk.TryTake(out _));
        Assert.True(_desk.TryPut(first, Question()));
    }

    [Fact]
    public async Task An_answer_given_first_stays()
    {
        GroupQuestion question = Question();
        question.Give("answer");
        question.PassOn();
        question.Fail(new InvalidOperationException("late"));
        Assert.Equal("answer", await question.Answer);
    }

    private static GroupQuestion Question() => new((_, _) => Task.FromResult<object>("answer"));
}
