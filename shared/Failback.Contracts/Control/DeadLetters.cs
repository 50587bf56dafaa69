using Failback.Contracts.Words;

namespace Failback.Contracts.Control;

/// <summary>Which letters are meant. Everything left out matches all.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Table of the target, <c>schema.table</c>.</summary>
    public string? Table { get; init; }

    /// <summary>In this state.</summary>
    public LetterState? State { get; init; }

    /// <summary>For example <c>Constraint</c> or <c>Data</c>.</summary>
    public string? ErrorClass { get; init; }

    /// <summary>Set aside before.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>These only.</summary>
    public IReadOnlyList<long> Ids { get; init; } = [];
}

/// <summary>Where the letters of a failback are kept.</summary>
/// <param name="Failback">Its name.</param>
/// <param name="SealedTarget">Encrypted connection URL.</param>
/// <param name="StagingSchema">Our tables in the target.</param>
public sealed record StagingPlace(string Failback, string SealedTarget, string StagingSchema);

/// <summary>Request, control to the appliers of one dialect: the letters after an id, oldest first.</summary>
/// <param name="Box">Where.</param>
/// <param name="Filter">Which.</param>
/// <param name="After">Ids above this one.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="WithRows">With row images of up to a megabyte.</param>
public sealed record FindDeadLetters(StagingPlace Box, DeadLetterFilter Filter, long After, int Limit, bool WithRows);

/// <summary>Answer to <see cref="FindDeadLetters"/>, or why not; the error never holds a secret.</summary>
public sealed record FoundDeadLetters(IReadOnlyList<DeadLetter> Letters, string? Error);

/// <summary>A row version that the target refused.</summary>
public sealed record DeadLetter
{
    public required long Id { get; init; }

    public required string Table { get; init; }

    public required LetterState State { get; init; }

    /// <summary>Version; HLC text.</summary>
    public required string Updated { get; init; }

    /// <summary>JSON array of the source's key.</summary>
    public required string Key { get; init; }

    public required bool IsDelete { get; init; }

    /// <summary>JSON object; null when it was not asked for, is a delete, or is larger than a megabyte.</summary>
    public string? After { get; init; }

    /// <summary>JSON object of the row before; null when it was not asked for, not sent, or larger than a megabyte.</summary>
    public string? Before { get; init; }

    /// <summary>Bytes of the row image.</summary>
    public required long Size { get; init; }

    public required string ErrorClass { get; init; }

    public required string ErrorCode { get; init; }

    public required string ErrorMessage { get; init; }

    public required int Attempts { get; init; }

    /// <summary>Why it was discarded.</summary>
    public string? Reason { get; init; }

    /// <summary>Who discarded it.</summary>
    public string? By { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>What the target has now; only where one letter is shown.</summary>
    public LetterTarget? Target { get; init; }
}

/// <summary>What to do with letters.</summary>
public enum LetterAction
{
    /// <summary>Try again, in order with everything else.</summary>
    Replay,

    /// <summary>Give up: the row stays as it is in the target, and the watermark goes on.</summary>
    Discard,

    /// <summary>Try again with the row as the source has it now.</summary>
    Reread,
}

/// <summary>Request, control to the appliers of one dialect: settle letters that are open or waiting.</summary>
/// <param name="Box">Where.</param>
/// <param name="Ids">Which.</param>
/// <param name="Action">How.</param>
/// <param name="Reason">Why, for a discard; kept with the letter.</param>
public sealed record SettleDeadLetters(StagingPlace Box, IReadOnlyList<long> Ids, LetterAction Action, string Reason)
{
    /// <summary>Who asks for it; kept with a discard.</summary>
    public string By { get; init; } = "";

    /// <summary>Rows as the source has them, for a reread: one for each of <see cref="Ids"/>.</summary>
    public IReadOnlyList<SourceImage> Images { get; init; } = [];
}

/// <summary>A row read from the source for a letter.</summary>
/// <param name="Id">The letter.</param>
/// <param name="After">JSON object; null: the source has no such row any more.</param>
public sealed record SourceImage(long Id, string? After);

/// <summary>Answer to <see cref="SettleDeadLetters"/>.</summary>
/// <param name="Done">Settled now.</param>
/// <param name="Refused">Those that cannot be settled so, with the reason; ids that are unknown are in neither.</param>
/// <param name="Error">Why nothing was done; never holds a secret.</param>
public sealed record SettledDeadLetters(IReadOnlyList<long> Done, IReadOnlyDictionary<long, LetterRefusal> Refused, string? Error);
