using Failback.Dialects.Tests.Values;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// What becomes of every kind of value in every kind of column: stored exactly as the table says, or a dead letter with its reason.
/// </summary>
public abstract class ValueSuite(ITargetFixture fixture)
{
    /// <summary>Stores all values of the set in one window and reads them back.</summary>
    protected async Task CheckAsync(ValueSet set, string show)
    {
        await using EngineHarness engine = await StartAsync(
            fixture, $"{set.Before}CREATE TABLE val (id int PRIMARY KEY, v {set.Column});\n");
        await engine.WindowAsync([.. set.Cases.Select((c, i) => Put("val", $"[{i}]", $$"""{"id": {{i}}, "v": {{c.Json}}}"""))]);
        string column = set.Show.Length > 0 ? set.Show.Replace("{0}", "v", StringComparison.Ordinal) : show;
        Dictionary<string, string> stored = Split(await engine.RowsAsync($"SELECT id, {column} FROM val"));
        Dictionary<string, string> letters = Split(await engine.LettersAsync());
        string[] found = [.. set.Cases.Select((c, i) => $"{c.Json} -> {Found(stored, letters, $"{i}", c)}")];
        Assert.Equal(set.Cases.Select(c => $"{c.Json} -> {c.Stored ?? "refused: " + c.Refusal}"), found);
    }

    /// <summary>
    /// All sets in one window, each in a table with a second unique index and with its first row there already: the statements that update
    /// and insert side by side keep values as well as the plain ones.
    /// </summary>
    protected async Task CheckTogetherAsync(IReadOnlyList<ValueSet> sets, string show)
    {
        const int room = 100;
        string ddl = string.Concat(sets.Select(set => set.Before).Distinct()) + string.Concat(
            sets.Select(
                (set, i) => $"CREATE TABLE val{i} (id int PRIMARY KEY, other int UNIQUE, v {set.Column});\n"
                    + $"INSERT INTO val{i} (id) VALUES ({i * room});\n"));
        await using EngineHarness engine = await StartAsync(fixture, ddl);
        await engine.WindowAsync(
            [.. sets.SelectMany(
                (set, i) => set.Cases.Select(
                    (c, n) => Put(
                        $"val{i}", $"[{(i * room) + n}]", $$"""{"id": {{(i * room) + n}}, "other": {{n}}, "v": {{c.Json}}}""")))]);
        Dictionary<string, string> letters = Split(await engine.LettersAsync());
        for (int i = 0; i < sets.Count; i++)
        {
            ValueSet set = sets[i];
            string column = set.Show.Length > 0 ? set.Show.Replace("{0}", "v", StringComparison.Ordinal) : show;
            Dictionary<string, string> stored = Split(await engine.RowsAsync($"SELECT id, {column} FROM val{i} WHERE other IS NOT NULL"));
            Assert.Equal(
                set.Cases.Select(c => $"{set.Name}: {c.Json} -> {c.Stored ?? "refused: " + c.Refusal}"),
                set.Cases.Select((c, n) => $"{set.Name}: {c.Json} -> {Found(stored, letters, $"{(i * room) + n}", c)}"));
        }
    }

    private static string Found(Dictionary<string, string> stored, Dictionary<string, string> letters, string id, ValueCase wanted)
    {
        if (stored.TryGetValue(id, out string? text)) return text;
        string reason = letters.GetValueOrDefault(id, "nothing");
        return "refused: " + (wanted.Refusal is { } part && reason.Contains(part, StringComparison.Ordinal) ? part : reason);
    }

    private static Dictionary<string, string> Split(IReadOnlyList<string> rows) =>
        rows.Select(r => r.Split('|', 2)).ToDictionary(r => r[0], r => r[1], StringComparer.Ordinal);
}
