using Failback.Contracts.Words;

namespace Failback.Cli.Output;

/// <summary>A failback on one line, for logs and for narrow places; the most important first.</summary>
internal static class StatusLine
{
    public static Line Of(Look look)
    {
        var line = new Line($"{look.Resource.Name}: ", Ink.Bold);
        line.Add(look.Applied()).Add($" · {Amounts.Rate(look.Rate)} rows/s");
        string state = Word.Of(look.Resource.State);
        if (state != "running") line.Add(" · ").Add(state, Ink.Warning);
        if (look.Held() is { } held) line.Add($" · held: {held}", Ink.Bad);
        else if (look.Standing() is ("unknown" or "behind", var ink) and var (word, _))
            line.Add($" · {word}: {look.Resource.Activity}", ink);
        return line;
    }
}
