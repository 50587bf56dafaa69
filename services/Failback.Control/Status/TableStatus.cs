using Failback.Contracts.Words;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Control.Status;

/// <summary>One table of a failback at the time of its snapshot.</summary>
internal sealed record TableStatus
{
    public required TableRoute Route { get; init; }

    public required TableState Condition { get; init; }

    /// <summary>Counts and columns as the applier reported them; all zero before the first report.</summary>
    public required TableProgress Progress { get; init; }

    /// <summary>Every version at or before it is in the target; null: none is known.</summary>
    public required HlcTimestamp? Applied { get; init; }

    /// <summary>Latest resolved timestamp read from the table's queue; null: none is known.</summary>
    public required HlcTimestamp? Received { get; init; }

    /// <summary>Word of what its owner reported to do; empty: nothing was reported.</summary>
    public string Activity { get; init; } = "";

    /// <summary>Version of the oldest row set aside; null: none is known.</summary>
    public required HlcTimestamp? OldestLetter { get; init; }

    public string? Replica { get; init; }

    public DateTimeOffset? ReportedAt { get; init; }
}
