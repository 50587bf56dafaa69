using Failback.Apply.Failures;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>Which row a key names: learned, stored, held against every row, and never guessed.</summary>
public abstract class KeySuite(ITargetFixture fixture)
{
    private const string Pair = "CREATE TABLE pairs (x int NOT NULL, y int NOT NULL, v varchar(20), PRIMARY KEY (x, y));\n";
    private const string Pairs = Pair + "CREATE TABLE items (id int PRIMARY KEY, v varchar(20));\n";
    private const string Rows = "SELECT x, y, v FROM pairs ORDER BY x, y";

    [Fact]
    public async Task The_order_that_rows_have_shown_outlives_the_owner()
    {
        await using EngineHarness engine = await StartAsync(fixture, Pair);
        await engine.WindowAsync(Put("pairs", "[2,1]", Row(1, 2)), Put("pairs", "[1,2]", Row(2, 1)));
        await engine.RestartAsync();
        await engine.WindowAsync(Delete("pairs", "[2,1]"));
        Assert.Equal(["2|1|v"], await engine.RowsAsync(Rows));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_row_that_changes_a_column_which_only_the_targets_key_has_moves_or_is_a_letter(bool declared, bool withFormer)
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Pair + "INSERT INTO pairs VALUES (1, 2, 'old');\nINSERT INTO pairs VALUES (7, 2, 'other');\n",
            s => declared ? s with { Tables = [.. s.Tables.Select(t => t with { SourceKey = ["x"] })] } : s);
        await engine.WindowAsync(
            Put("pairs", "[1]", Row(1, 3)) with { Before = withFormer ? Row(1, 2) : "" }, Put("pairs", "[8]", Row(8, 2)));
        Assert.Equal(
            withFormer ? ["1|3|v", "7|2|other", "8|2|v"] : ["1|2|old", "7|2|other", "8|2|v"], await engine.RowsAsync(Rows));
        Assert.Equal(withFormer ? [] : ["key_wider"], (await engine.FindLettersAsync(new DeadLetterFilter())).Select(l => l.ErrorCode));
        await engine.SqlAsync("DELETE FROM pairs WHERE x = 1 AND y = 2");
        await engine.WindowAsync(Put("pairs", "[1]", Row(1, 4)) with { Before = Row(1, 3) }, Put("pairs", "[7]", Row(7, 2)));
        Assert.Equal(["1|4|v", "7|2|v", "8|2|v"], await engine.RowsAsync(Rows));
        Assert.Equal(0, engine.Letters.Sum(l => l.Open));
    }

    [Fact]
    public async Task A_move_whose_new_row_is_refused_leaves_the_old_one()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE pairs (x int NOT NULL, y int NOT NULL, v varchar(20), PRIMARY KEY (x, y), CHECK (y < 100));\n"
                + "INSERT INTO pairs VALUES (1, 2, 'old');\n",
            s => s with { Tables = [.. s.Tables.Select(t => t with { SourceKey = ["x"] })] });
        await engine.WindowAsync(Put("pairs", "[1]", Row(1, 300)) with { Before = Row(1, 2) });
        Assert.Equal(["1|2|old"], await engine.RowsAsync(Rows));
        Assert.Equal("Constraint", Assert.Single(await engine.ReasonsAsync()).Kind);
    }

    [Theory]
    [InlineData("[3,4]")]
    [InlineData("[4,3]")]
    public async Task A_delete_whose_order_no_row_has_shown_is_a_letter_and_no_row_is_taken_for_it(string key)
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Pair + "INSERT INTO pairs VALUES (1, 2, 'there');\nINSERT INTO pairs VALUES (2, 1, 'there')");
        await engine.WindowAsync(Delete("pairs", "[2,1]"));
        Assert.Equal(1, engine.Letters.Single().Open);
        await engine.WindowAsync(Put("pairs", key, Row(3, 4)), Put("pairs", key == "[3,4]" ? "[2,1]" : "[1,2]", Row(2, 1)));
        Assert.Equal(["1|2|there", "2|1|v", "3|4|v"], await engine.RowsAsync(Rows));
        Assert.Equal(
            LetterCodes.KeyUnknown, (await engine.FindLettersAsync(new DeadLetterFilter { State = LetterState.Open })).Single().ErrorCode);
    }

    [Fact]
    public async Task A_delete_that_came_with_rows_that_show_its_order_is_carried_out()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Pair + "INSERT INTO pairs VALUES (1, 2, 'there');\nINSERT INTO pairs VALUES (2, 1, 'there')");
        await engine.WindowAsync(
            Delete("pairs", "[2,1]"), Put("pairs", "[1,2]", Row(2, 1), version: 5), Put("pairs", "[4,3]", Row(3, 4)));
        Assert.Equal(["2|1|v", "3|4|v"], await engine.RowsAsync(Rows));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task The_former_row_of_a_delete_says_which_row_it_is()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Pair + "INSERT INTO pairs VALUES (1, 2, 'there');\nINSERT INTO pairs VALUES (2, 1, 'there')");
        await engine.WindowAsync(Delete("pairs", "[2,1]") with { Before = Row(1, 2) });
        await engine.RestartAsync();
        await engine.WindowAsync(Delete("pairs", "[1,2]"));
        Assert.Empty(await engine.RowsAsync(Rows));
        Assert.Empty(engine.Letters);
    }

    [Theory]
    [InlineData("", "[8,9]")]
    [InlineData("x y", "[8,9]")]
    [InlineData("x y", "[2,1]")]
    [InlineData("x y", "[3,8,9]")]
    public async Task A_row_that_contradicts_its_key_halts_the_table_and_nothing_is_written(string declared, string key)
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Pair, s => declared.Length == 0 ? s : Keyed(s, "pairs", declared.Split(' ')));
        var halt = await Assert.ThrowsAsync<GroupHaltedException>(() => engine.WindowAsync(Put("pairs", key, Row(1, 2))));
        Assert.Equal(key == "[2,1]" ? LetterCodes.KeyChanged : LetterCodes.KeyMismatch, halt.Failure.Code);
        Assert.Contains("tables[].key", halt.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(await engine.RowsAsync(Rows));
    }

    [Theory]
    [InlineData("x y")]
    [InlineData("")]
    public async Task The_parts_of_a_key_are_counted_before_its_row_is_deleted(string declared)
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Pair, s => declared.Length == 0 ? s : Keyed(s, "pairs", declared.Split(' ')));
        await engine.WindowAsync(Put("pairs", "[1,2]", Row(1, 2)));
        await engine.WindowAsync(Delete("pairs", "[1,2,3]"), Delete("pairs", "[1]"));
        Assert.Equal(["1|2|v"], await engine.RowsAsync(Rows));
        Assert.Equal(2, engine.Letters.Sum(l => l.Waiting + l.Open));
    }

    /// <summary>
    /// A real changefeed over ALTER PRIMARY KEY: the order of two columns changes, and a hash shard comes in front of another key. The
    /// operator declares the new order where the old one was known; the shard is followed.
    /// </summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task A_key_that_was_altered_at_the_source_ends_as_the_source_did(bool isDeclared, bool isOneWindow)
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Pairs, s => isDeclared ? Keyed(Keyed(s, "pairs", "x", "y"), "items", "id") : s);
        IReadOnlyList<string> halts = await CapturePlay.RunAsync(
            engine, "k_alter_primary_key", isOneWindow, _ => engine.RestartAsync(s => Keyed(s, "pairs", "y", "x")));
        Assert.Equal([LetterCodes.KeyChanged], halts);
        Assert.Equal(CapturePlay.Final("k_alter_primary_key", "pairs"), await engine.RowsAsync(Rows));
        IReadOnlyList<string> items = await engine.RowsAsync("SELECT id, v FROM items");
        Assert.Equal(CapturePlay.Final("k_alter_primary_key", "items"), items.Order(StringComparer.Ordinal));
        Assert.Empty(engine.Letters);
        await engine.RestartAsync();
        Assert.Equal(["y", "x"], engine.TableOf("pairs").Route.SourceKey);
    }

    [Fact]
    public async Task A_delete_between_two_orders_of_the_key_is_a_letter()
    {
        await using EngineHarness engine = await StartAsync(fixture, Pair, s => Keyed(s, "pairs", "x", "y"));
        await engine.WindowAsync(Put("pairs", "[1,2]", Row(1, 2)), Put("pairs", "[2,1]", Row(2, 1)));
        await engine.RestartAsync(s => Keyed(s, "pairs", "y", "x"));
        await engine.WindowAsync(Delete("pairs", "[2,1]"), Put("pairs", "[4,3]", Row(3, 4), version: 5));
        Assert.Equal(["1|2|v", "2|1|v", "3|4|v"], await engine.RowsAsync(Rows));
        Assert.Equal(1, engine.Letters.Single().Open);
        await engine.WindowAsync(Delete("pairs", "[2,1]"));
        Assert.Equal(["2|1|v", "3|4|v"], await engine.RowsAsync(Rows));
    }

    private static string Row(int x, int y) => $$"""{"x": {{x}}, "y": {{y}}, "v": "v"}""";

    private static FailbackSpec Keyed(FailbackSpec spec, string table, params string[] key) => spec with
    {
        Tables = [
            .. spec.Tables.Select(t => t.Source.Equals(table, StringComparison.OrdinalIgnoreCase) ? t with { SourceKey = key } : t)],
    };
}
