using Failback.Contracts.Words;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Control.Changefeeds;
using Failback.Control.Registry;

namespace Failback.Control.Status;

/// <summary>A failback at one moment: what is wanted of it and what sinks, appliers and changefeed make of it.</summary>
internal sealed record FailbackStatus
{
    /// <summary>Definition, revision and wanted state.</summary>
    public required FailbackRecord Failback { get; init; }

    public required DateTimeOffset ComputedAt { get; init; }

    /// <summary>What is ordered, and whether all concerned have acknowledged it.</summary>
    public required FailbackState State { get; init; }

    /// <summary>Replicas that have not acknowledged what is ordered.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Where it is by what was heard of it.</summary>
    public required FailbackCondition Condition { get; init; }

    public required FailbackActivity Activity { get; init; }

    /// <summary>Every row version at or before it is in the target, in all tables; null as soon as one table is unknown.</summary>
    public required HlcTimestamp? Applied { get; init; }

    /// <summary>Latest resolved timestamp that every table's queue has shown; null as soon as one table is unknown.</summary>
    public required HlcTimestamp? Received { get; init; }

    public required RowTotals Totals { get; init; }

    public required IReadOnlyList<TableStatus> Tables { get; init; }

    public required SinkFigures Sink { get; init; }

    /// <summary>The managed changefeed; null: it is made by hand, or not begun.</summary>
    public required ManagedFeed? Feed { get; init; }

    /// <summary>Latest resolved timestamp that a sink or every applier has seen; null: none.</summary>
    public required HlcTimestamp? Arrived { get; init; }

    /// <summary>What keeps it from running well.</summary>
    public required IReadOnlyList<Trouble> Troubles { get; init; }

    /// <summary>Age of <see cref="Applied"/>; null while that is unknown.</summary>
    public TimeSpan? Lag => Age(Applied);

    /// <summary>Age of <see cref="Arrived"/>; null while that is unknown.</summary>
    public TimeSpan? FeedLag => Age(Arrived);

    // The cluster's clock may be ahead.
    private TimeSpan? Age(HlcTimestamp? reading) =>
        reading is not { } at ? null : at.Time >= ComputedAt ? TimeSpan.Zero : ComputedAt - at.Time;
}
