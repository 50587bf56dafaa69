using Failback.Contracts.Api;

namespace Failback.Control.Events;

/// <summary>
/// What the events of a failback say about the present: troubles that go on, rows set aside. Compared with what is, it gives the next
/// events.
/// </summary>
internal sealed class RecordedState
{
    private readonly HashSet<(string? Code, string? Table)> _troubles = [];
    private readonly Dictionary<string, long> _letters = new(StringComparer.Ordinal);

    public static RecordedState Of(IEnumerable<FailbackEvent> happened)
    {
        var state = new RecordedState();
        foreach (FailbackEvent one in happened)
        {
            if (one.Type == "trouble") state._troubles.Add(one.Key);
            if (one.Type == "over") state._troubles.Remove(one.Key);
            if (one is { Type: "deadLetters", Table: { } table, Count: { } count }) state._letters[table] = count;
        }

        return state;
    }

    /// <param name="now">Troubles of the present.</param>
    /// <param name="tables">Rows set aside so far, by table.</param>
    /// <param name="at">The present.</param>
    public IReadOnlyList<FailbackEvent> Take(
        IReadOnlyList<Trouble> now, IEnumerable<(string Table, long DeadLettered)> tables, DateTimeOffset at)
    {
        var happened = new List<FailbackEvent>();
        var troubles = now.Select(trouble => (Code: (string?)trouble.Code, trouble.Table)).ToHashSet();
        foreach (Trouble trouble in now)
        {
            if (_troubles.Add((trouble.Code, trouble.Table))) happened.Add(FailbackEvent.OfTrouble(trouble, at));
        }

        foreach ((string? Code, string? Table) over in _troubles.Where(trouble => !troubles.Contains(trouble)).ToArray())
        {
            _troubles.Remove(over);
            happened.Add(FailbackEvent.OfEnd(over, at));
        }

        foreach ((string table, long count) in tables)
        {
            long known = _letters.GetValueOrDefault(table);
            if (count > known) happened.Add(FailbackEvent.OfLetters(table, count - known, count, at));
            _letters[table] = count;
        }

        return happened;
    }
}
