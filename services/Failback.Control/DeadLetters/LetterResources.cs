using Failback.Contracts.Control;

namespace Failback.Control.DeadLetters;

/// <summary>A page of letters.</summary>
/// <param name="Items">By id.</param>
/// <param name="Next">Value of <c>after</c> for the next page; null on the last.</param>
internal sealed record LetterPage(IReadOnlyList<DeadLetter> Items, long? Next);

/// <summary>Body of a discard.</summary>
internal sealed record DiscardRequest(string? Reason);

/// <summary>Body of a call on many letters.</summary>
internal sealed record BulkRequest
{
    /// <summary>Which; only open ones unless it says otherwise.</summary>
    public LetterQuery Filter { get; init; } = new();

    /// <summary>Why; needed for a discard.</summary>
    public string? Reason { get; init; }

    /// <summary>Only count.</summary>
    public bool Preview { get; init; }
}

/// <summary>What became of a call on many letters.</summary>
/// <param name="Matched">Letters that the filter found.</param>
/// <param name="Done">Settled now; 0 in a preview.</param>
/// <param name="Refused">Settled by others meanwhile: by id, their state.</param>
internal sealed record BulkAnswer(long Matched, long Done, IReadOnlyDictionary<long, string> Refused);
