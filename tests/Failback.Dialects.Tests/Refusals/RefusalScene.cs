using System.Collections.Immutable;
using System.Globalization;
using Failback.Apply.Failures;

namespace Failback.Dialects.Tests.Refusals;

/// <summary>
/// Rows of a target and a random window over them: values and places handed around, rows deleted and their values taken over, children
/// moved, and some rows with a flaw that the target refuses. Apart from the flaws the window leads from one consistent state to another.
/// </summary>
public sealed class RefusalScene
{
    private const int KeysPerScene = 1_000;
    private const string LongNumber = "99999999999999999999999999999999999999999999";

    private readonly Random _random;
    private readonly int _base;
    private readonly SortedDictionary<(string Table, string Id), RefusalRow> _next;
    private readonly List<RefusalChange> _unlocated = [];
    private readonly double _flaws;
    private int _fresh = 200;

    public RefusalScene(int seed, int place, bool full)
    {
        _random = new Random(seed);
        _base = (place + 1) * KeysPerScene;
        _flaws = _random.Next(4) switch { 0 => 0, 1 => 0.05, 2 => 0.2, _ => 0.5 };
        Before = [.. Start()];
        _next = new(Before.ToDictionary(r => r.Key));
        Rotate("team", ["code"]);
        Rotate("team", ["rank_no"]);
        Rotate("player", ["team_id", "pos"]);
        for (int i = _random.Next(4); i > 0; i--) ReplacePlayer();
        for (int i = _random.Next(3); i > 0; i--) ReplaceTeam();
        foreach (RefusalRow row in Own().Where(_ => _random.Next(4) == 0).ToList())
            _next[row.Key] = row.With("note", Quote($"n{_random.Next(100)}"));
        if (_random.Next(2) == 0) AddUnlocated();
        Changes = Window(full);
    }

    /// <summary>Rows of the target.</summary>
    public IReadOnlyList<RefusalRow> Before { get; }

    /// <summary>The window, in the order of its arrival.</summary>
    public IReadOnlyList<RefusalChange> Changes { get; }

    /// <summary>Smallest and largest number of the scene's keys.</summary>
    public (int First, int Last) Range => (_base, _base + KeysPerScene - 1);

    private string Outsider => Number(_base + 900);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Quote(string text) => $"\"{text}\"";

    private static RefusalRow Row(string table, string id, params (string Column, string Json)[] values) =>
        new(table, id, values.ToImmutableSortedDictionary(v => v.Column, v => v.Json, StringComparer.Ordinal));

    private static RefusalRow Team(string id, string code, string rank) =>
        Row("team", id, ("code", code), ("rank_no", rank), ("amount", "1"), ("note", "\"t\""));

    private static RefusalRow Player(string id, string team, string pos) =>
        Row("player", id, ("team_id", team), ("pos", pos), ("amount", "1"), ("note", "null"));

    private IEnumerable<RefusalRow> Start()
    {
        for (int i = 1; i <= 8; i++) yield return Team(Number(_base + i), Quote($"c{_base + i}"), i % 4 == 0 ? "null" : Number(_base + i));
        yield return Team(Outsider, Quote($"x{_base}"), "null");
        for (int i = 1; i <= 12; i++) yield return Player(Number(_base + i), Number(_base + _random.Next(1, 9)), Number(i));
        for (int i = 1; i <= 6; i++) yield return Row("loose", Number(_base + i), ("amount", "1"), ("note", "null"));
    }

    private IEnumerable<RefusalRow> Own(string? table = null) =>
        _next.Values.Where(r => r.Id != Outsider && (table is null || r.Table == table));

    /// <summary>Some rows hand values to each other in a circle.</summary>
    private void Rotate(string table, string[] columns)
    {
        RefusalRow[] rows = [.. Own(table).Where(_ => _random.Next(3) == 0)];
        for (int i = 0; i < rows.Length; i++)
        {
            RefusalRow row = rows[i];
            foreach (string column in columns) row = row.With(column, rows[(i + 1) % rows.Length].Values[column]);
            _next[row.Key] = row;
        }
    }

    /// <summary>A player goes, another takes its place.</summary>
    private void ReplacePlayer()
    {
        RefusalRow gone = Pick("player");
        _next.Remove(gone.Key);
        RefusalRow added = Player(Number(_base + _fresh++), gone.Values["team_id"], gone.Values["pos"]);
        if (_random.Next(3) > 0) _next[added.Key] = added;
    }

    /// <summary>A team goes, another takes its code and rank, and its players move or go with it.</summary>
    private void ReplaceTeam()
    {
        RefusalRow gone = Pick("team");
        _next.Remove(gone.Key);
        RefusalRow added = Team(Number(_base + _fresh++), gone.Values["code"], gone.Values["rank_no"]);
        _next[added.Key] = added;
        foreach (RefusalRow player in Own("player").Where(p => p.Values["team_id"] == gone.Id).ToList())
        {
            if (_random.Next(3) == 0) _next.Remove(player.Key);
            else _next[player.Key] = player.With("team_id", added.Id);
        }
    }

    private RefusalRow Pick(string table)
    {
        RefusalRow[] rows = [.. Own(table)];
        return rows[_random.Next(rows.Length)];
    }

    /// <summary>Keys that no column of the target can hold, to be written and to be deleted.</summary>
    private void AddUnlocated()
    {
        string id = LongNumber + Number(_base);
        RefusalRow taken = Pick("team");
        string code = _random.Next(2) == 0 ? taken.Values["code"] : Quote($"u{_base}");
        _unlocated.Add(new RefusalChange("team", id, Team(id, code, "null"), FailureKind.Data, "id"));
        _unlocated.Add(new RefusalChange("player", id, null, FailureKind.Data, "id"));
    }

    private RefusalChange[] Window(bool full)
    {
        Dictionary<(string, string), RefusalRow> before = Before.ToDictionary(r => r.Key);
        var changes = new List<RefusalChange>(_unlocated);
        foreach (RefusalRow row in Own())
        {
            bool changed = !before.TryGetValue(row.Key, out RefusalRow? old) || old.Json != row.Json;
            if (full || changed || _random.Next(8) == 0) changes.Add(Spoil(row));
        }

        changes.AddRange(before.Values.Where(r => !_next.ContainsKey(r.Key)).Select(r => new RefusalChange(r.Table, r.Id, null)));
        RefusalChange[] shuffled = [.. changes];
        _random.Shuffle(shuffled);
        return shuffled;
    }

    private RefusalChange Spoil(RefusalRow row)
    {
        RefusalChange good = new(row.Table, row.Id, row);
        if (_random.NextDouble() >= _flaws) return good;
        return _random.Next(row.Table == "loose" ? 5 : 6) switch
        {
            0 => With("amount", "null", FailureKind.Constraint, "amount"),
            1 => With("amount", "13", FailureKind.Constraint, null), // the CHECK
            2 => With("amount", LongNumber, FailureKind.Data, "amount"),
            3 => With("amount", "\"many\"", FailureKind.Data, "amount"),
            4 => With("note", "\"far too long\"", FailureKind.Data, "note"),
            _ when row.Table == "player" => With("team_id", Number(_base + 999), FailureKind.ForeignKey, null),
            _ when _random.Next(2) == 0 => With("code", Quote(new string('c', 50)), FailureKind.Data, "code"),
            _ => With("code", Quote($"x{_base}"), FailureKind.Unique, null),
        };

        RefusalChange With(string column, string json, FailureKind flaw, string? blamed) =>
            good with { After = row.With(column, json), Flaw = flaw, Column = blamed };
    }
}
