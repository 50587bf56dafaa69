using System.Text.Json.Serialization;

namespace Failback.Contracts.Words;

/// <summary>State of a row version that is kept in the staging schema; its word stands there, on the bus and in the API.</summary>
[JsonConverter(typeof(WordConverter<LetterState>))]
public enum LetterState
{
    /// <summary>Held for a foreign key or a unique value; tried again by itself.</summary>
    Waiting,

    /// <summary>Dead letter: needs an operator, or a newer good version of the row.</summary>
    Open,

    /// <summary>A newer version of the row was applied.</summary>
    Superseded,

    /// <summary>Applied at a later try.</summary>
    Applied,

    /// <summary>Given up by an operator.</summary>
    Discarded,
}
