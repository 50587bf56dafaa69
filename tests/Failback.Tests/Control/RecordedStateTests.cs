using Failback.Contracts.Api;
using Failback.Control.Events;
using Xunit;

namespace Failback.Tests.Control;

public sealed class RecordedStateTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    [Fact]
    public void What_the_events_tell_is_not_told_again()
    {
        FailbackEvent[] past =
        [
            new() { At = At, Type = "trouble", Code = "a", Message = "" }, new() { At = At, Type = "over", Code = "a", Message = "" },
            new() { At = At, Type = "trouble", Code = "b", Table = "t", Message = "" }, FailbackEvent.OfLetters("t", 2, 5, At),
        ];
        RecordedState state = RecordedState.Of(past);
        Assert.Empty(state.Take([new("b", "t", "counts 7 seconds")], [("t", 5)], At));
        Assert.Equal(["over b t", "deadLetters  t"], state.Take([], [("t", 6)], At).Select(Text));
        Assert.Equal(["trouble a ", "trouble a t"], state.Take([new("a", null, ""), new("a", "t", "")], [("t", 6)], At).Select(Text));
        Assert.Empty(state.Take([new("a", null, ""), new("a", "t", "")], [("t", 6)], At));
    }

    [Fact]
    public void Rows_set_aside_are_counted_from_what_was_told_last()
    {
        RecordedState state = RecordedState.Of([FailbackEvent.OfLetters("t", 2, 5, At)]);
        FailbackEvent told = Assert.Single(state.Take([], [("t", 9), ("u", 0)], At));
        Assert.Equal(("4 more rows were set aside", 9L), (told.Message, told.Count));
        // Counts begin anew with another staging schema.
        Assert.Empty(state.Take([], [("t", 0)], At));
        Assert.Equal(1, Assert.Single(state.Take([], [("t", 1)], At)).Count);
    }

    private static string Text(FailbackEvent happened) => $"{happened.Type} {happened.Code} {happened.Table}";
}
