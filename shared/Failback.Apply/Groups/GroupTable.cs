using Failback.Apply.Staging;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Apply.Groups;

/// <summary>One table of a group while this replica owns it: what has arrived, what is held, how far it has come.</summary>
internal sealed class GroupTable(int index, TableRoute route, TargetTable target)
{
    private readonly Queue<MessageEntry> held = new();

    public int Index { get; } = index;

    public TableRoute Route { get; } = route;

    public TargetTable Target { get; private set; } = target;

    public RowReader Reader { get; private set; } = new(target);

    public KeyMap Keys { get; private set; } = new(target, route.SourceKey);

    public string Name => Route.Target;

    /// <summary>Rows that arrived and are not applied, in order of arrival.</summary>
    public List<Mutation> Rows { get; } = [];

    /// <summary>Highest resolved timestamp read from the queue.</summary>
    public HlcTimestamp ReceivedResolved { get; set; }

    /// <summary>As the target has it.</summary>
    public TableCheckpoint Checkpoint { get; set; } = new(route.Target, default, 0, 0, false, default);

    /// <summary>Highest version stored ahead of the resolved timestamp; what is at or before it has to be compared row by row.</summary>
    public HlcTimestamp HighestVersion { get; set; }

    /// <summary>Letters that hold the watermark.</summary>
    public OpenLetters Letters { get; set; } = new(route.Target, default, 0, 0);

    /// <summary>Last message accounted for, by publisher.</summary>
    public Dictionary<string, PublisherPosition> Settled { get; } = new(StringComparer.Ordinal);

    /// <summary>Last message read, by publisher.</summary>
    public Dictionary<string, PublisherPosition> Seen { get; } = new(StringComparer.Ordinal);

    public IReadOnlyCollection<MessageEntry> Held => held;

    public bool NeedsVersions => HighestVersion > Checkpoint.Resolved;

    /// <summary>Everything at or before it is in the target: letters hold it back.</summary>
    public HlcTimestamp AppliedResolved =>
        Letters.Waiting + Letters.Open > 0 && Letters.Oldest <= Checkpoint.Resolved ? Letters.Oldest.Previous : Checkpoint.Resolved;

    public long InFlight => held.Sum(e => (long)e.Rows) + Letters.Waiting;

    /// <summary>Takes a fresh description after the target's catalogue was read again.</summary>
    public void Describe(TargetTable table)
    {
        Target = table;
        Reader = new RowReader(table);
        Keys = new KeyMap(table, Route.SourceKey);
    }

    public void Hold(MessageEntry entry) => held.Enqueue(entry);

    /// <summary>Messages at the head of the queue whose rows all have an outcome and whose marker has been passed.</summary>
    public IReadOnlyList<MessageEntry> SettledHead(HlcTimestamp resolved) =>
        [.. held.TakeWhile(e => e.IsSettled && (!e.IsMarker || e.High <= resolved))];

    /// <summary>Lets go of the first messages.</summary>
    public void Release(int count)
    {
        for (int i = 0; i < count; i++) held.Dequeue().Release();
    }

    public void ReleaseAll()
    {
        Rows.Clear();
        Release(held.Count);
    }
}
