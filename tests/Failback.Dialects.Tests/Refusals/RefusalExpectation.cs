using Failback.Apply.Failures;

namespace Failback.Dialects.Tests.Refusals;

/// <summary>
/// What a target must look like after a window: as many rows as its constraints allow are as the window has them, the refused ones are as
/// they were. Worked out over whole states of the tables, without any order of statements.
/// </summary>
public sealed class RefusalExpectation
{
    private static readonly (string Table, string[] Columns)[] Unique =
        [("team", ["code"]), ("team", ["rank_no"]), ("player", ["team_id", "pos"])];

    private readonly Dictionary<(string Table, string Id), RefusalChange> _changes;
    private readonly HashSet<(string Table, string Id)> _refused;
    private readonly IReadOnlyList<RefusalRow> _before;

    public RefusalExpectation(IReadOnlyList<RefusalRow> before, IReadOnlyList<RefusalChange> changes)
    {
        _before = before;
        _changes = changes.ToDictionary(c => c.Key);
        _refused = [.. changes.Where(c => c.Flaw is not null).Select(c => c.Key)];
        while (Refuse()) { }
        Rows = [.. State().Values];
    }

    /// <summary>Rows of the target afterwards.</summary>
    public IReadOnlyList<RefusalRow> Rows { get; }

    /// <summary>Rows that become letters.</summary>
    public IReadOnlyCollection<(string Table, string Id)> Refused => _refused;

    /// <summary>Reasons that a refused row may be given: its flaw, and what the target as it is afterwards has against it.</summary>
    public IReadOnlySet<FailureKind> Reasons((string Table, string Id) row)
    {
        RefusalChange change = _changes[row];
        Dictionary<(string Table, string Id), RefusalRow> state = State();
        if (change.After is null) state.Remove(row);
        else state[row] = change.After;
        var reasons = new HashSet<FailureKind>();
        if (change.Flaw is { } flaw) reasons.Add(flaw);
        if (change.Flaw == FailureKind.Data) return reasons; // found before anything is sent
        if (Orphans(state).Any(o => o.Child.Key == row || o.Parent == row)) reasons.Add(FailureKind.ForeignKey);
        if (Collisions(state).Any(group => group.Contains(row))) reasons.Add(FailureKind.Unique);
        return reasons;
    }

    /// <summary>Refuses rows that the present state cannot have; false: none.</summary>
    private bool Refuse()
    {
        Dictionary<(string Table, string Id), RefusalRow> state = State();
        int refused = _refused.Count;
        foreach ((RefusalRow child, (string Table, string Id) parent) in Orphans(state))
            _refused.Add(Takes(child.Key) ? child.Key : parent);

        foreach (List<(string Table, string Id)> group in Collisions(state))
        {
            if (group.TrueForAll(Takes)) throw new InvalidOperationException("the model's own window has two rows with one unique value");
            _refused.UnionWith(group.Where(Takes));
        }

        return _refused.Count > refused;
    }

    /// <summary>The row is in the target because the window put it there.</summary>
    private bool Takes((string Table, string Id) row) =>
        _changes.TryGetValue(row, out RefusalChange? change) && change.After is not null && !_refused.Contains(row);

    private Dictionary<(string Table, string Id), RefusalRow> State()
    {
        var state = _before.ToDictionary(r => r.Key);
        foreach (RefusalChange change in _changes.Values.Where(c => !_refused.Contains(c.Key)))
        {
            if (change.After is null) state.Remove(change.Key);
            else state[change.Key] = change.After;
        }

        return state;
    }

    private static IEnumerable<(RefusalRow Child, (string Table, string Id) Parent)> Orphans(
        Dictionary<(string Table, string Id), RefusalRow> state) =>
        state.Values.Where(r => r.Table == "player").Select(r => (Child: r, Parent: ("team", r.Values["team_id"])))
            .Where(r => !state.ContainsKey(r.Parent));

    private static IEnumerable<List<(string Table, string Id)>> Collisions(Dictionary<(string Table, string Id), RefusalRow> state) =>
        Unique.SelectMany(index => state.Values.Where(r => r.Table == index.Table && index.Columns.All(c => r.Values[c] != "null"))
            .GroupBy(r => string.Join(',', index.Columns.Select(c => r.Values[c])), r => r.Key)
            .Select(group => group.ToList()).Where(group => group.Count > 1));
}
