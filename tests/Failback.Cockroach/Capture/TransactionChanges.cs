namespace Failback.Cockroach.Capture;

/// <summary>
/// The changes of one transaction: only the last state of each key, as a changefeed sends it. A changed key is a delete and an
/// insert.
/// </summary>
internal sealed class TransactionChanges
{
    private readonly Dictionary<(uint Table, string Key), Change> _changes = [];
    private readonly List<(uint Table, string Key)> _order = [];

    public int Count => _changes.Count;

    public void Add(CapturedTable table, string?[]? before, string?[]? after)
    {
        string? oldKey = before is null ? null : table.KeyOf(before);
        string? newKey = after is null ? null : table.KeyOf(after);
        if (oldKey is not null && oldKey != newKey) Set(new Change(table.Oid, default, oldKey, null, table.Row(before!)));
        if (newKey is not null)
            Set(new Change(table.Oid, default, newKey, table.Row(after!), oldKey == newKey ? table.Row(before!) : null));
    }

    public IReadOnlyList<Change> Take()
    {
        Change[] changes = [.. _order.Select(key => _changes[key])];
        _changes.Clear();
        _order.Clear();
        return changes;
    }

    private void Set(Change change)
    {
        (uint, string) key = (change.Table, change.Key);
        // The "before" of a changefeed is the row before the transaction, not before its last statement.
        if (_changes.TryGetValue(key, out Change? earlier)) change = change with { Before = earlier.Before };
        else _order.Add(key);
        _changes[key] = change;
    }
}
