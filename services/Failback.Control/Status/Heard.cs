using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Changefeeds;
using Failback.Control.Progress;
using Failback.Control.Registry;

namespace Failback.Control.Status;

/// <summary>
/// Everything that was heard of a failback up to one moment. What follows from it, troubles and condition, is computed from this alone.
/// </summary>
internal sealed record Heard
{
    public required FailbackRecord Failback { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>From when on this control has been listening: what was said before it could not hear.</summary>
    public required DateTimeOffset ListeningSince { get; init; }

    /// <summary>Since when control has not reached the broker; null: it does.</summary>
    public DateTimeOffset? BrokerAwaySince { get; init; }

    /// <summary>Why not.</summary>
    public string? BrokerProblem { get; init; }

    public required IReadOnlyList<TableStatus> Tables { get; init; }

    /// <summary>Last pulses of the sinks and of the appliers of its dialect.</summary>
    public IReadOnlyList<HeardPulse> Pulses { get; init; } = [];

    /// <summary>Last reports of the sinks.</summary>
    public IReadOnlyList<(DateTimeOffset At, SinkProgress Progress)> Sinks { get; init; } = [];

    /// <summary>The changefeed that control manages; null: none, or it is made by hand.</summary>
    public ManagedFeed? Feed { get; init; }

    /// <summary>Latest resolved timestamp that a sink or every applier has seen; null: none.</summary>
    public HlcTimestamp? Arrived { get; init; }

    /// <summary>Replicas that have not acknowledged what is ordered.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    public required HearingTerms Terms { get; init; }

    public string Name => Failback.Name;

    /// <summary>Everything at or before it is in the target; null as soon as one table is unknown.</summary>
    public HlcTimestamp? Applied => Least(Tables.Select(table => table.Applied));

    /// <summary>Rows are to be applied.</summary>
    public bool IsRunning => Failback.State == RunState.Running;

    /// <summary>Returns the time since a part was last heard of, where it had to be heard of since the state is what it is.</summary>
    public TimeSpan SilenceSince(DateTimeOffset? heardAt) => Now - Latest(heardAt, Failback.StateSince, ListeningSince);

    /// <summary>True when a part was heard of a moment ago.</summary>
    public bool IsFresh(DateTimeOffset? heardAt) => heardAt is { } at && Now - at <= Terms.SilentAfter;

    /// <summary>The replica that last owned a table, where it was heard of a moment ago.</summary>
    public FailbackStanding? LivingOwner(TableStatus table) =>
        Pulses.FirstOrDefault(pulse => !pulse.IsSink && pulse.Replica == table.Replica && IsFresh(pulse.At))?.Of(Name);

    /// <summary>Returns the least of all; null as soon as one is not known, or where there is none.</summary>
    public static HlcTimestamp? Least(IEnumerable<HlcTimestamp?> readings)
    {
        HlcTimestamp?[] all = [.. readings];
        return all.Contains(null) ? null : all.Min();
    }

    /// <summary>Returns the timestamp of a text; null: it has none, or zero.</summary>
    public static HlcTimestamp? Reading(string text) =>
        HlcTimestamp.TryParse(text, out HlcTimestamp value) && value != HlcTimestamp.Zero ? value : null;

    private static DateTimeOffset Latest(DateTimeOffset? first, DateTimeOffset second, DateTimeOffset third)
    {
        DateTimeOffset latest = second > third ? second : third;
        return first is { } at && at > latest ? at : latest;
    }
}
