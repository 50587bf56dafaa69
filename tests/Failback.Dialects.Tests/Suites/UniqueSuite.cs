using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// Unique values that no column alone holds change hands all the same: what is deleted goes first, and rows in a circle are deleted and
/// inserted again where that sets nothing else off. What cannot be is a letter that names its index, and keeps all it had.
/// </summary>
public abstract class UniqueSuite(ITargetFixture fixture)
{
    /// <summary>Table item (id, code, amount) with amount below 100, and something unique over code, as item_code.</summary>
    protected virtual string Items => Columns("") + Index;

    /// <summary>What makes the beginning or the lower case of code unique.</summary>
    protected virtual string Index => "CREATE UNIQUE INDEX item_code ON item (low);\n";

    /// <summary>What a letter says of the index.</summary>
    protected virtual string Named => "item_code";

    /// <summary>A column that is computed from code.</summary>
    protected virtual string Computed => ", low varchar(9) GENERATED ALWAYS AS (lower(code)) STORED";

    private string Columns(string further) =>
        $"CREATE TABLE item (id int PRIMARY KEY, code varchar(9) NOT NULL, amount int CHECK (amount < 100){further}{Computed});\n";

    [Fact]
    public async Task A_value_goes_from_a_row_that_is_deleted_to_one_that_is_inserted()
    {
        await using EngineHarness engine = await StartAsync(fixture, Items + Rows);
        await engine.WindowAsync(Row(4, "a"), Delete("item", "[1]"), Row(5, "D"), Row(2, "e"), Delete("item", "[6]"));
        Assert.Equal(["2|e", "3|c", "4|a", "5|D"], await CodesAsync(engine));
        Assert.Empty(engine.Letters);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Values_change_places_among_rows_that_nothing_references(bool window)
    {
        await using EngineHarness engine = await StartAsync(fixture, Items + Rows);
        Change[] changes = [Row(1, "b"), Row(2, "C"), Row(3, "a"), Row(7, "z")];
        await (window ? engine.WindowAsync(changes) : engine.BatchAsync(changes));
        Assert.Equal(["1|b", "2|C", "3|a", "7|z"], await CodesAsync(engine));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task A_chain_of_values_is_written_from_its_end()
    {
        await using EngineHarness engine = await StartAsync(fixture, Items + Rows);
        await engine.WindowAsync(Row(9, "a"), Row(1, "b"), Row(2, "c"), Row(3, "d"));
        Assert.Equal(["1|b", "2|c", "3|d", "9|a"], await CodesAsync(engine));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task Where_one_row_of_a_circle_is_refused_all_keep_what_they_have_and_their_letters_name_the_index()
    {
        await using EngineHarness engine = await StartAsync(fixture, Items + Rows);
        await engine.WindowAsync(Row(1, "b"), Row(2, "c"), Row(3, "a", 500), Row(8, "x"));
        Assert.Equal(["1|a", "2|b", "3|c", "8|x"], await CodesAsync(engine));
        IReadOnlyList<(string Table, string Key, string Kind, string Message)> letters = await engine.ReasonsAsync();
        Assert.Equal([("1", "Unique"), ("2", "Unique"), ("3", "Constraint")], letters.Select(l => (l.Key, l.Kind)).Order());
        Assert.All(
            letters.Where(l => l.Kind == "Unique"), l => Assert.Contains(Named, l.Message, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_row_that_is_referenced_is_not_replaced()
    {
        await using EngineHarness engine = await StartAsync(fixture, Items + Rows + """
            CREATE TABLE child (id int PRIMARY KEY, item_id int, FOREIGN KEY (item_id) REFERENCES item (id) ON DELETE CASCADE);
            INSERT INTO child VALUES (1, 2);

            """);
        await engine.WindowAsync(Row(1, "b"), Row(2, "a"), Row(3, "d"));
        Assert.Equal(["1|a", "2|b", "3|d"], await CodesAsync(engine));
        Assert.Equal(["1"], await engine.RowsAsync("SELECT id FROM child"));
        Assert.Equal(
            [("1", "Unique"), ("2", "Unique")], (await engine.ReasonsAsync()).Select(l => (l.Key, l.Kind)).Order());
    }

    [Fact]
    public async Task A_row_with_a_column_that_the_feed_does_not_send_is_not_replaced()
    {
        await using EngineHarness engine = await StartAsync(fixture, Columns(", own varchar(9)") + Index + Rows
            + "UPDATE item SET own = 'kept';\n");
        await engine.WindowAsync(Row(1, "b"), Row(2, "a"));
        Assert.Equal(["1|a", "2|b", "3|c"], await CodesAsync(engine));
        Assert.Equal(["3"], await engine.RowsAsync("SELECT COUNT(*) FROM item WHERE own = 'kept'"));
        Assert.Equal(2, engine.Letters.Sum(l => l.Open));
    }

    private const string Rows = """
        INSERT INTO item (id, code) VALUES (1, 'a');
        INSERT INTO item (id, code) VALUES (2, 'b');
        INSERT INTO item (id, code) VALUES (3, 'c');

        """;

    private static Change Row(int id, string code, int amount = 1) =>
        Put("item", $"[{id}]", $$"""{"id": {{id}}, "code": "{{code}}", "amount": {{amount}}}""");

    private static Task<IReadOnlyList<string>> CodesAsync(EngineHarness engine) =>
        engine.RowsAsync("SELECT id, code FROM item ORDER BY id");
}
