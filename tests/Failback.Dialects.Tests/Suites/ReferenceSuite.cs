using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// A delete takes nothing along and changes nothing that the window does not delete or change itself, whatever the target's foreign keys
/// would do, also those of tables that do not take part; and no row is left without its parent.
/// </summary>
public abstract class ReferenceSuite(ITargetFixture fixture)
{
    private const string Tree = """
        CREATE TABLE node (id int PRIMARY KEY, up int, FOREIGN KEY (up) REFERENCES node (id) ON DELETE CASCADE);
        INSERT INTO node VALUES (1, NULL);
        INSERT INTO node VALUES (2, 1);
        INSERT INTO node VALUES (3, 2);
        INSERT INTO node VALUES (4, 1);
        INSERT INTO node VALUES (9, NULL);
        """;

    /// <summary>Tables a and b that reference each other with CASCADE and hold a pair each.</summary>
    protected virtual string Circle => """
        CREATE TABLE a (id int PRIMARY KEY, b int);
        CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL, FOREIGN KEY (a) REFERENCES a (id) ON DELETE CASCADE);
        INSERT INTO a VALUES (1, NULL);
        INSERT INTO b VALUES (1, 1);
        UPDATE a SET b = 1;
        ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id) ON DELETE CASCADE;
        """;

    [Theory]
    [InlineData("CASCADE", false)]
    [InlineData("CASCADE", true)]
    [InlineData("SET NULL", false)]
    public async Task A_delete_that_would_take_along_or_change_a_child_is_refused(string rule, bool ahead)
    {
        await using EngineHarness engine = await StartAsync(fixture, Family(rule));
        Change[] changes = [Delete("parent", "[1]"), Delete("parent", "[2]"), Delete("parent", "[3]")];
        await (ahead ? engine.BatchAsync(changes) : engine.WindowAsync(changes));
        Assert.Equal(["1", "2"], await engine.RowsAsync("SELECT id FROM parent ORDER BY id"));
        Assert.Equal(["5|1", "6|2"], await engine.RowsAsync("SELECT id, parent_id FROM child ORDER BY id"));
        Assert.Equal([("1", "ForeignKey"), ("2", "ForeignKey")], await LettersAsync(engine));
        Assert.Equal(ahead ? (2, 0) : (0, 2), (engine.Letters.Sum(l => l.Waiting), engine.Letters.Sum(l => l.Open)));
    }

    [Theory]
    [InlineData("CASCADE")]
    [InlineData("SET NULL")]
    public async Task A_window_that_deletes_or_moves_the_children_itself_is_written(string rule)
    {
        await using EngineHarness engine = await StartAsync(fixture, Family(rule));
        await engine.WindowAsync(
            Delete("parent", "[1]"), Delete("parent", "[2]"), Delete("child", "[5]"), Put("child", "[6]", """{"id": 6, "parent_id": 3}"""));
        Assert.Equal(["3"], await engine.RowsAsync("SELECT id FROM parent"));
        Assert.Equal(["6|3"], await engine.RowsAsync("SELECT id, parent_id FROM child"));
        Assert.Empty(engine.Letters);
        Assert.Equal(["plain"], engine.Attempts);
    }

    [Fact]
    public async Task A_tree_is_deleted_in_one_window_although_its_key_cascades()
    {
        await using EngineHarness engine = await StartAsync(fixture, Tree);
        await engine.WindowAsync([.. new[] { 1, 2, 3, 4 }.Select(i => Delete("node", $"[{i}]"))]);
        Assert.Equal(["9"], await engine.RowsAsync("SELECT id FROM node"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task A_branch_that_stays_keeps_the_rows_up_to_its_root()
    {
        await using EngineHarness engine = await StartAsync(fixture, Tree);
        await engine.WindowAsync(Delete("node", "[1]"), Delete("node", "[2]"), Delete("node", "[4]"), Delete("node", "[9]"));
        Assert.Equal(["1|-", "2|1", "3|2"], await engine.RowsAsync("SELECT id, up FROM node ORDER BY id"));
        Assert.Equal([("1", "ForeignKey"), ("2", "ForeignKey")], await LettersAsync(engine));
    }

    [Fact]
    public async Task A_circle_of_cascades_is_deleted_in_one_window_or_not_at_all()
    {
        await using EngineHarness engine = await StartAsync(fixture, Circle);
        await engine.WindowAsync(Delete("a", "[1]"));
        Assert.Equal(["1|1"], await engine.RowsAsync("SELECT id, b FROM a"));
        Assert.Equal(["1|1"], await engine.RowsAsync("SELECT id, a FROM b"));
        await engine.WindowAsync(Delete("a", "[1]"), Delete("b", "[1]"));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM a UNION ALL SELECT id FROM b"));
        Assert.Empty(engine.Letters);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ON DELETE CASCADE")]
    [InlineData("ON DELETE SET NULL")]
    public async Task A_child_of_a_table_that_does_not_take_part_stays_as_it_is(string rule)
    {
        await using EngineHarness engine = await StartAsync(
            fixture, $"""
            CREATE TABLE orders (id int PRIMARY KEY, note varchar(9));
            CREATE TABLE invoice (id int PRIMARY KEY, order_id int, FOREIGN KEY (order_id) REFERENCES orders (id) {rule});
            INSERT INTO orders VALUES (1, 'old');
            INSERT INTO orders VALUES (2, 'old');
            INSERT INTO invoice VALUES (7, 1);
            """, s => s with { Tables = [.. s.Tables.Where(t => t.Source.Equals("orders", StringComparison.OrdinalIgnoreCase))] });
        await engine.WindowAsync(
            Delete("orders", "[1]"), Delete("orders", "[2]"), Put("orders", "[3]", """{"id": 3, "note": "new"}"""));
        Assert.Equal(["7|1"], await engine.RowsAsync("SELECT id, order_id FROM invoice"));
        Assert.Equal(["1|old", "3|new"], await engine.RowsAsync("SELECT id, note FROM orders ORDER BY id"));
        Assert.Equal([("1", "ForeignKey")], await LettersAsync(engine));
    }

    [Fact]
    public async Task A_child_of_another_group_stays_with_its_parent()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE parent (id int PRIMARY KEY, code int UNIQUE);
            CREATE TABLE child (id int PRIMARY KEY, code int, FOREIGN KEY (code) REFERENCES parent (code));
            INSERT INTO parent VALUES (1, 10);
            INSERT INTO parent VALUES (2, 20);
            INSERT INTO child VALUES (5, 10);
            """, s => s with { Tables = [.. s.Tables.Where(t => t.Source.Equals("parent", StringComparison.OrdinalIgnoreCase))] });
        await engine.WindowAsync(Delete("parent", "[1]"), Put("parent", "[2]", """{"id": 2, "code": 21}"""));
        Assert.Equal(["1|10", "2|21"], await engine.RowsAsync("SELECT id, code FROM parent ORDER BY id"));
        Assert.Equal([("1", "ForeignKey")], await LettersAsync(engine));
    }

    private static string Family(string rule) => $"""
        CREATE TABLE parent (id int PRIMARY KEY);
        CREATE TABLE child (id int PRIMARY KEY, parent_id int, FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE {rule});
        INSERT INTO parent VALUES (1);
        INSERT INTO parent VALUES (2);
        INSERT INTO parent VALUES (3);
        INSERT INTO child VALUES (5, 1);
        INSERT INTO child VALUES (6, 2);
        """;

    private static async Task<IEnumerable<(string, string)>> LettersAsync(EngineHarness engine) =>
        (await engine.ReasonsAsync()).Select(l => (l.Key, l.Kind)).Order();
}
