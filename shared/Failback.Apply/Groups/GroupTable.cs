using Failback.Apply.Columns;
using Failback.Apply.Staging;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Scripting.Batches;

namespace Failback.Apply.Groups;

/// <summary>One table of a group while this replica owns it: what has arrived, what is held, how far it has come.</summary>
internal sealed class GroupTable(int index, TableRoute route, TargetTable target, string? extras = null)
{
    private readonly List<MessageEntry> _held = [];
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    public int Index { get; } = index;

    public TableRoute Route { get; } = route;

    public TargetTable Target { get; private set; } = target;

    public ColumnValueReader Reader { get; private set; } = new(target, route.Columns, extras);

    /// <summary>How keys of the feed name rows of the table, as far as rows have shown.</summary>
    public KeyMap Keys { get; private set; } = new(target, route.SourceKey, route.Columns);

    public string Name => Route.Target;

    /// <summary>Column that takes the columns the target lacks; null: none is named.</summary>
    public string? Extras { get; } = extras;

    /// <summary>Rows go through the handlers of the userscript before they are written.</summary>
    public bool IsScripted { get; init; }

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

    public IReadOnlyList<MessageEntry> Held => _held;

    public bool NeedsVersions => HighestVersion > Checkpoint.Resolved;

    /// <summary>Everything at or before it is in the target: letters hold it back.</summary>
    public HlcTimestamp AppliedResolved =>
        Letters.Waiting + Letters.Open > 0 && Letters.Oldest <= Checkpoint.Resolved ? Letters.Oldest.Previous : Checkpoint.Resolved;

    public long InFlight => _held.Sum(e => (long)(e.Rows - e.CountedAsLetters)) + Letters.Waiting;

    /// <summary>Takes a fresh description after the target's catalogue was read again.</summary>
    public void Describe(TargetTable table)
    {
        Target = table;
        Reader = new ColumnValueReader(table, Route.Columns, Extras);
        Keys = new KeyMap(table, Route.SourceKey, Route.Columns, Keys.Stored);
    }

    /// <summary>Goes on where the target says the table stands.</summary>
    public void Resume(TableCheckpoint checkpoint)
    {
        Checkpoint = checkpoint;
        Keys = new KeyMap(Target, Route.SourceKey, Route.Columns, checkpoint.KeyOrder);
    }

    /// <summary>Takes what rows have shown about their keys.</summary>
    public void Learn(KeyLesson lesson) => Keys = lesson.Learned;

    /// <summary>Rows of the table as a userscript gets them.</summary>
    public ScriptBatch Batch(IReadOnlyList<RowFrame> rows)
    {
        TableName source = TableName.TryParse(Route.Source, out TableName name) ? name : Target.Name;
        IReadOnlyList<string> key = Route.SourceKey.Count > 0 ? Route.SourceKey : KeyMap.InOrder(Target, Route.Columns).SourceNames;
        IEnumerable<TargetColumn> others = Target.Columns.Where(c => !Target.PrimaryKey.Contains(c.Ordinal));
        ScriptColumn[] columns = [
            .. Target.PrimaryKey.Select(o => Target.Columns[o]).Concat(others)
                .Select(c => new ScriptColumn(c.Name, c.TypeName, Target.PrimaryKey.Contains(c.Ordinal), c.IsGenerated))];
        return new ScriptBatch(source, Target.Name, key, rows) { Columns = columns };
    }

    /// <summary>Columns of the feed that the target lacks, those that were answered before left out.</summary>
    public IReadOnlyList<string> NewUnknownColumns() =>
        Reader.UnknownColumns.Count == 0
        ? []
        : [.. Reader.UnknownColumns.Select(c => c.Name).Where(_reported.Add).Order(StringComparer.Ordinal)];

    public void Hold(MessageEntry entry) => _held.Add(entry);

    /// <summary>
    /// Messages whose rows all have an outcome and whose marker has been passed, in the order of each publisher: its position then says
    /// that everything up to it is accounted for. The slices a dead sink left behind hold up nobody else.
    /// </summary>
    public IReadOnlyList<MessageEntry> SettledMessages(HlcTimestamp resolved)
    {
        var settled = new List<MessageEntry>();
        var blocked = new HashSet<string>(StringComparer.Ordinal);
        foreach (MessageEntry entry in _held)
        {
            bool done = entry.IsSettled && (!entry.IsMarker || entry.High <= resolved) && !blocked.Contains(entry.Publisher);
            if (done) settled.Add(entry);
            else if (entry.Publisher.Length > 0) blocked.Add(entry.Publisher);
        }

        return settled;
    }

    /// <summary>Lets go of messages; answers how to acknowledge them: all up to a tag, then one by one.</summary>
    public IReadOnlyList<Acknowledgement> Release(IReadOnlyList<MessageEntry> settled)
    {
        int head = 0;
        while (head < settled.Count && ReferenceEquals(_held[head], settled[head])) head++;
        var acknowledgements = new List<Acknowledgement>();
        if (head > 0) acknowledgements.Add(new Acknowledgement(Index, settled[head - 1].DeliveryTag, Multiple: true));
        acknowledgements.AddRange(settled.Skip(head).Select(e => new Acknowledgement(Index, e.DeliveryTag, Multiple: false)));
        HashSet<MessageEntry> gone = [.. settled];
        _held.RemoveAll(gone.Contains);
        foreach (MessageEntry entry in settled) entry.Release();
        return acknowledgements;
    }

    public void ReleaseAll()
    {
        Rows.Clear();
        foreach (MessageEntry entry in _held) entry.Release();
        _held.Clear();
    }
}
