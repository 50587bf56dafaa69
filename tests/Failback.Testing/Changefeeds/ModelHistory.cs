using Failback.Contracts;

namespace Failback.Testing.Changefeeds;

/// <summary>The last state of one row in one source transaction.</summary>
/// <param name="Key">Identity of the row in the model.</param>
/// <param name="KeyValues">Values of the target's key columns, for deleted rows.</param>
/// <param name="After">New values; null when the row was deleted.</param>
/// <param name="Before">Old values; null when there was no row.</param>
public sealed record ModelChange(
    ModelTable Table, string Key, IReadOnlyList<string> KeyValues, string?[]? After, string?[]? Before, HlcTimestamp Updated)
{
    /// <summary>Table and key: CockroachDB keeps changes of one identity in order.</summary>
    public string Identity => $"{Table.Name}\u001f{Key}";
}

/// <summary>All commits at the source in order, from which its state as of any timestamp follows.</summary>
public sealed class ModelHistory(ModelSchema schema, ModelState start, HlcTimestamp startTime)
{
    private readonly List<ModelChange> _changes = [];

    public ModelSchema Schema => schema;

    /// <summary>Rows before the first change.</summary>
    public ModelState Start => start;

    /// <summary>Time of <see cref="Start"/>: the cursor, or the time of the initial scan.</summary>
    public HlcTimestamp StartTime => startTime;

    /// <summary>Changes in commit order.</summary>
    public IReadOnlyList<ModelChange> Changes => _changes;

    /// <summary>Time of the last change.</summary>
    public HlcTimestamp EndTime => _changes.Count == 0 ? startTime : _changes[^1].Updated;

    /// <summary>Adds a transaction; its timestamp must not be earlier than the last one.</summary>
    public void Commit(IEnumerable<ModelChange> changes)
    {
        foreach (ModelChange change in changes)
        {
            // AsOf stops at the first later change, so the list must be in commit order.
            if (change.Updated < EndTime) throw new ArgumentException("a commit before the last one", nameof(changes));
            _changes.Add(change);
        }
    }

    /// <summary>Returns the state of the source AS OF SYSTEM TIME.</summary>
    public ModelState AsOf(HlcTimestamp timestamp)
    {
        ModelState state = start.Copy();
        foreach (ModelChange change in _changes)
        {
            if (change.Updated > timestamp) break;
            state.Apply(change);
        }

        return state;
    }
}
