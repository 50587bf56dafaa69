namespace Failback.Apply.Staging;

/// <summary>Spelling of letter states in the staging schema of every dialect, in the API and in the CLI.</summary>
public static class LetterStates
{
    /// <summary>Returns the word that stands for a state.</summary>
    public static string Text(LetterState state) => state switch
    {
        LetterState.Waiting => "waiting",
        LetterState.Open => "open",
        LetterState.Superseded => "superseded",
        LetterState.Applied => "applied",
        LetterState.Discarded => "discarded",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>Returns the state that a word stands for.</summary>
    public static LetterState Of(string text) => text switch
    {
        "waiting" => LetterState.Waiting,
        "open" => LetterState.Open,
        "superseded" => LetterState.Superseded,
        "applied" => LetterState.Applied,
        "discarded" => LetterState.Discarded,
        _ => throw new FormatException("the state of a letter is not one of the known words"),
    };
}
