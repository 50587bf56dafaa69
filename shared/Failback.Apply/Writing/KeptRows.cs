using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// What a pass learns for its repetition. A row gives up a unique value or a reference because it is about to be written or deleted; when
/// it is refused after all, what was given up must not stay given up. The pass is undone, and in its repetition the row keeps what it has
/// until it is written whole, and so do the rows that wait for values of rows that keep theirs.
/// </summary>
internal sealed class KeptRows
{
    /// <summary>
    /// Each repetition learns of one row more at least; after so many of them all rows keep what they have: there is an end.
    /// </summary>
    private const int MostRepetitions = 8;

    private readonly HashSet<RowOfTable> _kept = [];
    private readonly Dictionary<RowOfTable, List<RowOfTable>> _takers = [];
    private readonly HashSet<RowOfTable> _freed = [];
    private List<RowFailure> _refused = [];
    private int _repetitions;

    /// <summary>Rows that no order and no other row could help: they are refused from the start of the repetition.</summary>
    public IReadOnlyList<RowFailure> Refused => _refused;

    /// <summary>True when the row must not give up what it has.</summary>
    public bool Keeps(int table, RowChange change) =>
        _repetitions >= MostRepetitions || _kept.Contains(new RowOfTable(table, change.Identity));

    /// <summary>The rows of a batch that may give up what they have.</summary>
    public RowBatch Others(int table, RowBatch batch) =>
        _repetitions == 0 ? batch : batch.Pick([.. Enumerable.Range(0, batch.Count).Where(i => !Keeps(table, batch.Changes[i]))]);

    /// <summary>Remembers who waits for a value of whom.</summary>
    public void Waits(int table, RowChange taker, RowChange holder)
    {
        var row = new RowOfTable(table, holder.Identity);
        if (!_takers.TryGetValue(row, out List<RowOfTable>? takers)) _takers[row] = takers = [];
        takers.Add(new RowOfTable(table, taker.Identity));
    }

    /// <summary>Remembers rows that gave something up.</summary>
    public void Freed(int table, IEnumerable<RowChange> rows) => _freed.UnionWith(rows.Select(r => new RowOfTable(table, r.Identity)));

    /// <summary>Refuses rows from the start of the repetition.</summary>
    public void Refuse(IEnumerable<RowFailure> failures) => _refused = [.. _refused, .. failures];

    /// <summary>Looks at the end of a pass for rows that gave something up and were refused; true: the pass must be repeated.</summary>
    public bool Learn(IReadOnlyList<RowFailure> refused)
    {
        var next = new Stack<RowOfTable>(refused.Select(f => new RowOfTable(f.Table, f.Change.Identity)).Where(_freed.Contains));
        bool found = next.Count > 0;
        while (next.TryPop(out RowOfTable row))
        {
            if (!_kept.Add(row) || !_takers.TryGetValue(row, out List<RowOfTable>? takers)) continue;
            foreach (RowOfTable taker in takers) next.Push(taker);
        }

        _freed.Clear();
        if (!found) return false;
        _repetitions++;
        _refused = [.. refused.Where(f => f.Failure.Kind is FailureKind.Data or FailureKind.Constraint)];
        return true;
    }
}
