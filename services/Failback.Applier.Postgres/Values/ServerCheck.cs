namespace Failback.Applier.Postgres.Values;

/// <summary>How the server compares a value with what its column would make of it, where the client cannot know.</summary>
internal enum ServerCheck
{
    /// <summary>Not at all: the converter lets nothing through that the column would change.</summary>
    None,

    /// <summary>The value before the cast to the declared type equals the value after it: digits that count are the same.</summary>
    ByValue,

    /// <summary>Both have the same text: equality of the type overlooks something, 24 hours and a day for one.</summary>
    ByText,

    /// <summary>The text that arrived is the text that is read back: the type's own input may round, cut or evaluate.</summary>
    ByReadingBack,
}
