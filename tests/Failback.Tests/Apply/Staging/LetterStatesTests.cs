using Failback.Apply.Staging;
using Xunit;

namespace Failback.Tests.Apply.Staging;

/// <summary>The words for states that stand in the staging schemas of running installations.</summary>
public sealed class LetterStatesTests
{
    [Theory]
    [InlineData(LetterState.Waiting, "waiting")]
    [InlineData(LetterState.Open, "open")]
    [InlineData(LetterState.Superseded, "superseded")]
    [InlineData(LetterState.Applied, "applied")]
    [InlineData(LetterState.Discarded, "discarded")]
    public void A_state_and_its_word_stand_for_each_other(LetterState state, string text)
    {
        Assert.Equal(text, LetterStates.Text(state));
        Assert.Equal(state, LetterStates.Of(text));
    }

    [Fact]
    public void Every_state_has_a_word_of_its_own() =>
        Assert.Distinct(Enum.GetValues<LetterState>().Select(LetterStates.Text));

    [Theory]
    [InlineData("")]
    [InlineData("Open")]
    [InlineData("1")]
    public void Other_words_are_refused(string text) => Assert.Throws<FormatException>(() => LetterStates.Of(text));
}
