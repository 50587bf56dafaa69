using Failback.Apply.Failures;
using Failback.Apply.Staging;
using Failback.Contracts.Words;

namespace Failback.Apply.Letters;

/// <summary>A letter in a round: the row that is tried for it, and how it ends.</summary>
/// <param name="letter">As it was read.</param>
internal sealed class LetterTry(Letter letter)
{
    /// <summary>The letter with the row that is tried.</summary>
    public Letter Letter { get; private set; } = letter;

    /// <summary>Null until it is decided.</summary>
    public Fate? Fate { get; private set; }

    /// <summary>True when the userscript failed on the row in the sink, so that no handler has routed it yet.</summary>
    public bool IsUnrouted => Letter.Failure.Code == LetterCodes.Unrouted;

    /// <summary>Tries the row as the userscript made it; the letter keeps the row that was received.</summary>
    public void Route(ReadOnlyMemory<byte> after) => Letter = Letter with { After = after };

    /// <summary>Decides the letter's fate.</summary>
    /// <exception cref="InvalidOperationException">It is decided already: the letter would be counted twice.</exception>
    public void End(Fate fate)
    {
        if (Fate is { } decided) throw new InvalidOperationException($"letter {Letter.Id} is {decided} and cannot be {fate} too");
        Fate = fate;
    }

    /// <summary>Makes it a dead letter. A row that was never routed stays one, whatever it fails on now.</summary>
    public void Lose(Failure failure)
    {
        End(Letters.Fate.Lost);
        Letter = Letter with
        {
            State = LetterState.Open,
            Failure = IsUnrouted ? failure with { Code = LetterCodes.Unrouted } : failure,
        };
    }
}
