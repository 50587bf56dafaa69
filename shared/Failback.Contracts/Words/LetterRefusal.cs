using System.Text.Json.Serialization;

namespace Failback.Contracts.Words;

/// <summary>Why a letter is not settled as an operator asks.</summary>
[JsonConverter(typeof(WordConverter<LetterRefusal>))]
public enum LetterRefusal
{
    /// <summary>It is being tried.</summary>
    Waiting,

    /// <summary>A newer version of the row is in the target.</summary>
    Superseded,

    /// <summary>The row is in the target.</summary>
    Applied,

    /// <summary>It was given up.</summary>
    Discarded,

    /// <summary>A later version of the row waits too, and a reread belongs to that one.</summary>
    Older,

    /// <summary>It is a delete whose key named no row for certain, see <see cref="LetterCodes.KeyUnknown"/>.</summary>
    KeyOrderUnknown,

    /// <summary>It is a delete whose key may name two rows, see <see cref="LetterCodes.KeyChanged"/>.</summary>
    KeyChanged,
}
