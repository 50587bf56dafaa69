using System.Diagnostics;
using System.Globalization;
using Failback.Apply.Failures;
using Failback.Dialects.Tests.Refusals;
using Failback.Testing.Changefeeds;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>Every refused row is refused for what is wrong with it, keeps all it had, and costs no other row anything.</summary>
public abstract class RefusalSuite(ITargetFixture fixture)
{
    private const int Scenes = 30;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private const string Tables = """
        CREATE TABLE team (id int PRIMARY KEY, code varchar(40) NOT NULL UNIQUE, rank_no int UNIQUE, amount int NOT NULL, note varchar(6), CHECK (amount <> 13));
        CREATE TABLE player (id int PRIMARY KEY, team_id int NOT NULL, pos int NOT NULL, amount int NOT NULL, note varchar(6), UNIQUE (team_id, pos), FOREIGN KEY (team_id) REFERENCES team (id), CHECK (amount <> 13));
        CREATE TABLE loose (id int PRIMARY KEY, amount int NOT NULL, note varchar(6), CHECK (amount <> 13));

        """;

    /// <summary>A key that CockroachDB's INT8 has and the target's column has not.</summary>
    protected virtual string WideKey => "5000000000";

    /// <summary>The database says which column is at fault.</summary>
    protected virtual bool NamesColumns => true;

    [Fact]
    public async Task A_key_that_the_target_cannot_hold_is_refused_once_and_its_neighbours_go_in()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE customer_order (id int PRIMARY KEY, email varchar(40) NOT NULL UNIQUE);
            INSERT INTO customer_order VALUES (7, 'g');
            """);
        await engine.WindowAsync(
            Put("customer_order", "[1]", """{"id": 1, "email": "a"}"""),
            Put("customer_order", "[2]", """{"id": 2, "email": "g"}"""),
            Put("customer_order", $"[{WideKey}]", $$"""{"id": {{WideKey}}, "email": "c"}"""),
            Delete("customer_order", "[7]"));
        Assert.Equal(["1|a", "2|g"], await engine.RowsAsync("SELECT id, email FROM customer_order ORDER BY id"));
        string letter = Assert.Single(await engine.LettersAsync());
        Assert.StartsWith($"{WideKey}|column id: ", letter, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Two_bad_rows_among_good_ones_are_refused_each_for_its_own_reason()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE strict (id int PRIMARY KEY, code varchar(40) UNIQUE, amount int, CHECK (amount <> 13))");
        await engine.WindowAsync(
            Put("strict", "[\"BAD\"]", """{"id": "BAD", "code": "a", "amount": 1}"""),
            Put("strict", "[2]", """{"id": 2, "code": "b", "amount": 13}"""),
            Put("strict", "[3]", """{"id": 3, "code": "c", "amount": 1}"""),
            Put("strict", "[4]", """{"id": 4, "code": "d", "amount": 1}"""));
        Assert.Equal(["3|c", "4|d"], await engine.RowsAsync("SELECT id, code FROM strict ORDER BY id"));
        IReadOnlyList<string[]> reasons = await ReasonsAsync(engine);
        Assert.Equal([("\"BAD\"", "Data"), ("2", "Constraint")], reasons.Select(r => (r[1], r[2])).Order());
    }

    [Fact]
    public async Task A_row_that_is_refused_keeps_the_unique_value_that_another_was_to_take()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE seat (id int PRIMARY KEY, place int NOT NULL UNIQUE, amount int, CHECK (amount <> 13));
            INSERT INTO seat VALUES (1, 10, 1);
            INSERT INTO seat VALUES (2, 20, 1);
            INSERT INTO seat VALUES (3, 30, 1);
            INSERT INTO seat VALUES (4, 40, 1);
            """);
        await engine.WindowAsync(
            Put("seat", "[1]", """{"id": 1, "place": 20, "amount": 13}"""), Put("seat", "[2]", """{"id": 2, "place": 10, "amount": 2}"""),
            Put("seat", "[3]", """{"id": 3, "place": 40, "amount": 2}"""), Put("seat", "[4]", """{"id": 4, "place": 30, "amount": 2}"""));
        Assert.Equal(["1|10|1", "2|20|1", "3|40|2", "4|30|2"], await engine.RowsAsync("SELECT id, place, amount FROM seat ORDER BY id"));
        Assert.Equal([("1", "Constraint"), ("2", "Unique")], (await ReasonsAsync(engine)).Select(r => (r[1], r[2])).Order());
    }

    [Fact]
    public async Task Places_in_a_list_are_rotated_although_a_foreign_key_binds_the_list()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE todo (id int PRIMARY KEY);
            CREATE TABLE item (id int PRIMARY KEY, list_id int NOT NULL, pos int NOT NULL, UNIQUE (list_id, pos), FOREIGN KEY (list_id) REFERENCES todo (id));
            INSERT INTO todo VALUES (1);
            INSERT INTO item VALUES (1, 1, 1);
            INSERT INTO item VALUES (2, 1, 2);
            INSERT INTO item VALUES (3, 1, 3);
            """);
        await engine.WindowAsync(
            [.. Enumerable.Range(1, 3).Select(i => Put("item", $"[{i}]", $$"""{"id": {{i}}, "list_id": 1, "pos": {{(i % 3) + 1}}}"""))]);
        Assert.Equal(["1|2", "2|3", "3|1"], await engine.RowsAsync("SELECT id, pos FROM item ORDER BY id"));
        Assert.Empty(await engine.LettersAsync());
        Assert.Equal(["careful"], engine.Attempts);
    }

    [Fact]
    public async Task A_row_on_a_loop_that_is_refused_is_not_there_in_part()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE node (id int PRIMARY KEY, up int, name varchar(20), FOREIGN KEY (up) REFERENCES node (id));
            INSERT INTO node VALUES (5, NULL, 'old');
            INSERT INTO node VALUES (6, 5, 'old');
            """);
        await engine.WindowAsync(
            Put("node", "[1]", """{"id": 1, "up": 99, "name": "x"}"""), Put("node", "[2]", """{"id": 2, "up": 3, "name": "y"}"""),
            Put("node", "[3]", """{"id": 3, "up": 2, "name": "z"}"""), Put("node", "[6]", """{"id": 6, "up": 98, "name": "new"}"""));
        Assert.Equal(["2|3|y", "3|2|z", "5|-|old", "6|5|old"], await engine.RowsAsync("SELECT id, up, name FROM node ORDER BY id"));
        Assert.Equal([("1", "ForeignKey"), ("6", "ForeignKey")], (await ReasonsAsync(engine)).Select(r => (r[1], r[2])).Order());
    }

    [Fact]
    public async Task While_catching_up_a_delete_whose_key_fits_no_column_is_refused_alone()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE parent (id int PRIMARY KEY);
            CREATE TABLE child (id int PRIMARY KEY, parent_id int NOT NULL, FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE);
            INSERT INTO parent VALUES (1);
            INSERT INTO parent VALUES (2);
            INSERT INTO child VALUES (5, 1);
            """);
        await engine.BatchAsync(Delete("parent", "[1]"), Delete("parent", $"[{WideKey}]"), Delete("parent", "[2]"));
        Assert.Equal(["1"], await engine.RowsAsync("SELECT id FROM parent"));
        Assert.Equal([("1", "ForeignKey"), (WideKey, "Data")], (await ReasonsAsync(engine)).Select(r => (r[1], r[2])).Order());
    }

    [Fact]
    public async Task A_row_whose_image_lacks_the_unique_column_does_not_lose_its_value()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE tag (id int PRIMARY KEY, code varchar(40) UNIQUE, note varchar(6));
            INSERT INTO tag VALUES (1, 'a', 'old');
            INSERT INTO tag VALUES (3, 'c', 'old');
            """);
        await engine.WindowAsync(
            Put("tag", "[1]", """{"id": 1, "note": "new"}"""), Put("tag", "[2]", """{"id": 2, "code": "a", "note": "new"}"""),
            Delete("tag", "[3]"));
        Assert.Equal(["1|a|new"], await engine.RowsAsync("SELECT id, code, note FROM tag"));
        Assert.Equal([("2", "Unique")], (await ReasonsAsync(engine)).Select(r => (r[1], r[2])));
    }

    /// <summary>Takes its time; elapsed times of a busy machine are rough, so the bound is far above what is measured.</summary>
    [Fact(Explicit = true)]
    public async Task One_delete_costs_a_large_window_little()
    {
        const int rows = 100_000;
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE tag (id int PRIMARY KEY, code varchar(40) UNIQUE, note varchar(6))");
        var seconds = new List<double>();
        for (int round = 0; round < 4; round++)
        {
            int first = round * rows;
            IEnumerable<Change> puts = Enumerable.Range(first, rows)
                .Select(i => Put("tag", $"[{i}]", $$"""{"id": {{i}}, "code": "c{{i}}", "note": "n"}"""));
            long started = Stopwatch.GetTimestamp();
            await engine.WindowAsync(round % 2 == 0 ? [.. puts] : [.. puts, Delete("tag", "[0]")]);
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        double ratio = Math.Min(seconds[1], seconds[3]) / Math.Min(seconds[0], seconds[2]);
        TestContext.Current.SendDiagnosticMessage(
            $"{GetType().Name}: {string.Join(' ', seconds.Select(s => s.ToString("0.0", CultureInfo.InvariantCulture)))} s");
        Assert.True(ratio < 2.5, $"a window with one delete takes {ratio:0.0} times as long: {string.Join(' ', seconds)} s");
    }

    /// <summary>FAILBACK_SEED replays one scene.</summary>
    [Fact]
    public Task Random_windows_end_with_exactly_the_rows_that_the_model_refuses() =>
    CompareAsync(RandomRun.Seeds(Scenes, first: 1), Longest);

    /// <summary>As above with more scenes than a usual run has time for; the seeds differ from run to run.</summary>
    [Fact(Explicit = true)]
    public Task Thousands_of_random_windows_end_with_exactly_the_rows_that_the_model_refuses() =>
        CompareAsync(RandomRun.Seeds(100 * Scenes, first: Environment.TickCount & 0xfffff), TimeSpan.MaxValue);

    private async Task CompareAsync(IEnumerable<int> seeds, TimeSpan longest)
    {
        await using EngineHarness engine = await StartAsync(fixture, Tables);
        long started = Stopwatch.GetTimestamp();
        int place = 0;
        foreach (int seed in seeds)
        {
            await CheckAsync(engine, seed, place++);
            if (Stopwatch.GetElapsedTime(started) > longest) break;
        }

        TestContext.Current.SendDiagnosticMessage($"{GetType().Name}: {place} scenes");
    }

    private async Task CheckAsync(EngineHarness engine, int seed, int place)
    {
        var scene = new RefusalScene(seed, place, full: seed % 5 == 0);
        var expected = new RefusalExpectation(scene.Before, scene.Changes);
        foreach (RefusalRow row in scene.Before)
            await engine.SqlAsync(
                $"INSERT INTO {row.Table} (id, {string.Join(", ", row.Values.Keys)}) VALUES ({row.Id}, "
                    + $"{string.Join(", ", row.Values.Values.Select(v => v.Replace('"', '\'')))})");
        int known = (await ReasonsAsync(engine)).Count;
        await engine.WindowAsync(
            [.. scene.Changes.Select(c => c.After is null ? Delete(c.Table, $"[{c.Id}]") : Put(c.Table, $"[{c.Id}]", c.After.Json))]);

        string run = $"seed {seed} (replay with FAILBACK_SEED={seed})";
        foreach (IGrouping<string, RefusalRow> table in scene.Before.GroupBy(r => r.Table))
        {
            string columns = string.Join(", ", table.First().Values.Keys);
            string[] wanted = [.. expected.Rows.Where(r => r.Table == table.Key).Select(r => r.Text).Order(StringComparer.Ordinal)];
            IReadOnlyList<string> found = await engine.RowsAsync(
                $"SELECT id, {columns} FROM {table.Key} WHERE id BETWEEN {scene.Range.First} AND {scene.Range.Last}");
            Assert.True(
                wanted.SequenceEqual(found.Order(StringComparer.Ordinal)),
                $"{run}: {table.Key} has\n{string.Join('\n', found.Except(wanted))}\ninstead "
                    + $"of\n{string.Join('\n', wanted.Except(found))}");
        }

        string[][] letters = [.. (await ReasonsAsync(engine)).Skip(known)];
        (string, string)[] refused = [.. letters.Select(l => (l[0], l[1])).Order()];
        Assert.True(
            expected.Refused.Order().SequenceEqual(refused),
            $"{run}: refused {string.Join(' ', refused.Except(expected.Refused))} too many, "
                + $"{string.Join(' ', expected.Refused.Except(refused))} too few");
        foreach (string[] letter in letters) CheckReason(run, letter, scene.Changes.Single(c => c.Key == (letter[0], letter[1])), expected);
    }

    private void CheckReason(string run, string[] letter, RefusalChange change, RefusalExpectation expected)
    {
        var kind = Enum.Parse<FailureKind>(letter[2]);
        string told = $"{run}: {change.Table} {change.Id} refused as {kind}: {letter[3]}";
        Assert.True(expected.Reasons(change.Key).Contains(kind), $"{told}; expected {string.Join(" or ", expected.Reasons(change.Key))}");
        bool named = kind == FailureKind.Data || (kind == FailureKind.Constraint && NamesColumns);
        if (named && change.Column is { } column)
            Assert.True(letter[3].Contains(column, StringComparison.OrdinalIgnoreCase), $"{told}; expected column {column}");
    }

    /// <summary>Letters in the order of their making: table, key, kind, message.</summary>
    private static async Task<IReadOnlyList<string[]>> ReasonsAsync(EngineHarness engine)
    {
        IReadOnlyList<(string Table, string Key, string Kind, string Message)> letters = await engine.ReasonsAsync();
        return [.. letters.Select(
            l => (string[])[l.Table[(l.Table.LastIndexOf('.') + 1)..].ToLower(CultureInfo.InvariantCulture), l.Key, l.Kind, l.Message])];
    }
}
