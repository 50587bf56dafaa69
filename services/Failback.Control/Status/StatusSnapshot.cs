namespace Failback.Control.Status;

/// <summary>Every failback as of one moment. It never changes; the board replaces it.</summary>
internal sealed record StatusSnapshot
{
    /// <summary>Before the first one is computed: nothing is known.</summary>
    public static readonly StatusSnapshot None = new() { Failure = "nothing was computed yet" };

    /// <summary>When the state was read; stays where it is while the state cannot be read.</summary>
    public DateTimeOffset ComputedAt { get; init; }

    /// <summary>Highest number given to a revision or an event so far: every event up to it can be read.</summary>
    public long Revision { get; init; }

    /// <summary>Changes that this process had made to the state, see <see cref="Storage.StateChanges"/>.</summary>
    public long Changes { get; init; }

    /// <summary>Reading of the monotonic clock at <see cref="ComputedAt"/>.</summary>
    public long Stamp { get; init; }

    /// <summary>Why the state could not be read since <see cref="ComputedAt"/>; null: it could.</summary>
    public string? Failure { get; init; }

    /// <summary>All but those that are being deleted, in the order of their names.</summary>
    public IReadOnlyList<FailbackStatus> Failbacks { get; init; } = [];

    /// <summary>False: what it says may be out of date, and nothing may be concluded from it.</summary>
    public bool IsKnown => Failure is null;

    private Dictionary<string, FailbackStatus>? ByName { get; init; }

    public static StatusSnapshot Of(IEnumerable<FailbackStatus> failbacks)
    {
        FailbackStatus[] ordered = [.. failbacks.OrderBy(status => status.Failback.Name, StringComparer.Ordinal)];
        return new StatusSnapshot
        {
            Failbacks = ordered,
            ByName = ordered.ToDictionary(status => status.Failback.Name, StringComparer.Ordinal),
        };
    }

    public FailbackStatus? Find(string name) => ByName?.GetValueOrDefault(name);
}
