using Failback.Contracts.Words;

namespace Failback.Contracts.Control;

/// <summary>Request, control to the appliers of one dialect: one letter with what the target has now.</summary>
/// <param name="Box">Where.</param>
/// <param name="Id">Which.</param>
/// <param name="Tables">Tables of the failback.</param>
public sealed record ShowDeadLetter(StagingPlace Box, long Id, IReadOnlyList<TableRoute> Tables);

/// <summary>Answer to <see cref="ShowDeadLetter"/>: the letter, null when there is none, or why not.</summary>
public sealed record ShownDeadLetter(DeadLetter? Letter, string? Error);

/// <summary>What the target has now of a letter's row. Read for one answer, never stored or logged.</summary>
public sealed record LetterTarget
{
    /// <summary>
    /// JSON object of the row, generated columns included; null: the target has no such row, or <see cref="Problem"/> says why it is not
    /// known.
    /// </summary>
    public string? Row { get; init; }

    /// <summary>Why the row could not be looked up.</summary>
    public string? Problem { get; init; }

    /// <summary>Columns that the target computes.</summary>
    public IReadOnlyList<string> GeneratedColumns { get; init; } = [];

    /// <summary>Everything at or before it was applied or set aside; HLC text.</summary>
    public required string Resolved { get; init; }

    /// <summary>A newer version of the row is in the target: a replay would be refused.</summary>
    public required bool NewerApplied { get; init; }

    /// <summary>Other known versions of the row, oldest first.</summary>
    public required IReadOnlyList<LetterVersion> Versions { get; init; }

    /// <summary>Statements after which the row fits, as far as its types tell; run them, then replay.</summary>
    public IReadOnlyList<string> Fixes { get; init; } = [];
}

/// <summary>Another version of a letter's row.</summary>
/// <param name="Letter">Its letter; null: it was applied and is remembered because it is ahead of the resolved timestamp.</param>
/// <param name="Updated">Version; HLC text.</param>
/// <param name="State">As of a letter.</param>
public sealed record LetterVersion(long? Letter, string Updated, LetterState State);
