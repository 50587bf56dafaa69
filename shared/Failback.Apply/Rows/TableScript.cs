using System.Buffers;
using Failback.Apply.Columns;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Scripts;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts.Rows;
using Failback.Scripting.Batches;

namespace Failback.Apply.Rows;

/// <summary>
/// Sends what is about to be written to a table through its handlers. Which version of a row is the newest has been decided before, by the
/// key of the source; what comes back is located by the target's key columns. Letters and counters go on speaking of the row received.
/// </summary>
internal sealed class TableScript(ScriptRunner runner, GroupTable table)
{
    private readonly KeyMap _keys = KeyMap.InOrder(table.Target, table.Route.Columns);
    private readonly Dictionary<KeyIdentity, RowChange> _made = [];

    /// <summary>Rows on which a handler failed.</summary>
    public List<RowFailure> Failed { get; } = [];

    /// <summary>Rows that a handler dropped.</summary>
    public List<RowChange> Dropped { get; } = [];

    /// <summary>Rows that lost against another row that the script gave the same key.</summary>
    public List<RowChange> Superseded { get; } = [];

    /// <summary>The changes after the script.</summary>
    /// <exception cref="GroupHaltedException">The script used up its limits.</exception>
    public async Task<TableChanges> RunAsync(TableChanges changes, CancellationToken cancellationToken)
    {
        List<RowChange> all = [.. changes.Upserts, .. changes.Deletes];
        foreach (RowChange upsert in changes.Upserts) changes.Teaching?.Read(upsert.Mutation.Frame);
        ScriptBatch batch = table.Batch([.. all.Select(c => c.Mutation.Frame)]);
        IReadOnlyList<ScriptOutcome> outcomes = await runner.RunAsync(ScriptStage.Table, batch, cancellationToken);
        _made.EnsureCapacity(all.Count);
        for (int i = 0; i < all.Count; i++) Take(changes, all[i], outcomes[i]);
        var result = changes.Made(_keys);
        foreach (RowChange change in _made.Values) (change.Mutation.Frame.IsDelete ? result.Deletes : result.Upserts).Add(change);
        return result;
    }

    private void Take(TableChanges changes, RowChange change, ScriptOutcome outcome)
    {
        if (outcome.Error is { } error) Fail(change, "handler", error.ToString());
        else if (outcome.IsDropped) Dropped.Add(change);
        else if (DoubtOf(changes, change.Mutation.Frame, outcome) is { } doubt) Failed.Add(new RowFailure(table.Index, change, doubt));
        else if (outcome.IsUnchanged) Add(Unchanged(changes, change), change.Identity);
        else if (outcome.Rows[0].Over(change.Mutation.Frame, new TableTarget(_keys, changes.Keys)) is { } frame)
            Add(Moved(changes, change, frame), PlaceOf(frame.Key));
        else Fail(change, "key", $"the userscript returned a key without one of {string.Join(", ", _keys.SourceNames)}");
    }

    /// <summary>Why a delete that keeps the key received cannot be located.</summary>
    private static Failure? DoubtOf(TableChanges changes, in RowFrame frame, ScriptOutcome outcome)
    {
        bool keepsKey = outcome.IsUnchanged ? frame.Before.Length <= 4 : outcome.Rows[0] is { Key.IsEmpty: true, Row.IsEmpty: true };
        return keepsKey && frame.IsDelete ? changes.Keys.Doubt(frame) : null;
    }

    /// <summary>The row received, its key in the order of the target's columns.</summary>
    private static RowChange Unchanged(TableChanges changes, RowChange change)
    {
        RowFrame frame = change.Mutation.Frame;
        ReadOnlyMemory<byte> key = changes.Keys.InTargetOrder(frame);
        return key.Equals(frame.Key) ? change : With(change, new RowFrame(frame.Updated, key, frame.After, frame.Before), null);
    }

    internal static KeyIdentity PlaceOf(ReadOnlyMemory<byte> key) =>
        new(KeySpelling.Array(ColumnValueReader.ReadKey(KeyArray.WithNumbers(key))));

    private void Add(RowChange change, KeyIdentity place)
    {
        if (!_made.TryGetValue(place, out RowChange other))
        {
            _made[place] = change;
            return;
        }

        bool wins = Compaction.Wins(change.Mutation, other.Mutation);
        Superseded.Add(wins ? other : change);
        if (wins) _made[place] = change;
    }

    private static RowChange Moved(TableChanges changes, RowChange received, RowFrame frame)
    {
        KeyIdentity place = PlaceOf(frame.Key);
        bool moves = place != PlaceOf(changes.Keys.InTargetOrder(received.Mutation.Frame));
        return With(received, frame, moves ? place.Apart() : null);
    }

    private static RowChange With(RowChange received, RowFrame frame, KeyIdentity? place)
    {
        var body = new ArrayBufferWriter<byte>((int)frame.Size);
        frame.WriteTo(body);
        return new RowChange(new Mutation(new MessageEntry(0, body.WrittenMemory, null), 0, frame.Updated), received.Identity)
        {
            Scripted = new ScriptedRow(received.Mutation, place),
        };
    }

    private void Fail(RowChange change, string code, string message) =>
        Failed.Add(new RowFailure(table.Index, change, new Failure(FailureKind.Script, code, message)));
}
