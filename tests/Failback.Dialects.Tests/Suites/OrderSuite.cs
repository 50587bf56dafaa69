using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// Order inside a window: whatever the order of arrival, the target ends as the source did and no constraint is in the way.
/// </summary>
public abstract class OrderSuite(ITargetFixture fixture)
{
    private const string Family = """
        CREATE TABLE parent (id int PRIMARY KEY, code varchar(20) UNIQUE, note varchar(20));
        CREATE TABLE child (id int PRIMARY KEY, parent_id int, note varchar(20), FOREIGN KEY (parent_id) REFERENCES parent (id));
        """;

    /// <summary>Tables dept and emp that refer to each other.</summary>
    protected virtual string TwoTablesInALoop => """
        CREATE TABLE dept (id int PRIMARY KEY, head_id int);
        CREATE TABLE emp (id int PRIMARY KEY, dept_id int NOT NULL, FOREIGN KEY (dept_id) REFERENCES dept (id));
        ALTER TABLE dept ADD FOREIGN KEY (head_id) REFERENCES emp (id);
        """;

    private const string SelfReference =
        "CREATE TABLE node (id int PRIMARY KEY, up int, name varchar(20), FOREIGN KEY (up) REFERENCES node (id));\nCREATE INDEX node_up "
            + "ON node (up);\n";

    [Fact]
    public async Task Children_that_arrive_before_their_parents_go_in_after_them()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family);
        await engine.WindowAsync(
            Put("child", "[1]", """{"id": 1, "parent_id": 7, "note": "c"}"""),
            Put("parent", "[7]", """{"id": 7, "code": "a", "note": "p"}"""));
        Assert.Equal(["1|7"], await engine.RowsAsync("SELECT id, parent_id FROM child"));
        Assert.Equal(["plain"], engine.Attempts);
    }

    [Fact]
    public async Task Parents_deleted_before_their_children_go_after_them()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Family + "INSERT INTO parent VALUES (7, 'a', 'p');\nINSERT INTO child VALUES (1, 7, 'c');\n");
        await engine.WindowAsync(Delete("parent", "[7]"), Delete("child", "[1]"));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM parent UNION ALL SELECT id FROM child"));
    }

    [Fact]
    public async Task A_unique_value_freed_by_a_delete_is_taken_by_an_upsert()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family + "INSERT INTO parent VALUES (1, 'a', 'old');\n");
        await engine.WindowAsync(Put("parent", "[2]", """{"id": 2, "code": "a", "note": "new"}"""), Delete("parent", "[1]"));
        Assert.Equal(["2|a|new"], await engine.RowsAsync("SELECT id, code, note FROM parent"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task A_key_change_keeps_the_second_unique_column()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family + "INSERT INTO parent VALUES (1, 'a', 'n');\n");
        await engine.WindowAsync(
            Put("parent", "[5]", """{"id": 5, "code": "a", "note": "n"}""", version: 3),
            Delete("parent", "[1]", version: 3));
        Assert.Equal(["5|a"], await engine.RowsAsync("SELECT id, code FROM parent"));
    }

    [Fact]
    public async Task Unique_values_are_swapped_between_two_rows()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Family + "INSERT INTO parent VALUES (1, 'a', 'n');\nINSERT INTO parent VALUES (2, 'b', 'n');\n");
        await engine.WindowAsync(
            Put("parent", "[1]", """{"id": 1, "code": "b", "note": "n"}"""),
            Put("parent", "[2]", """{"id": 2, "code": "a", "note": "n"}"""));
        Assert.Equal(["1|b", "2|a"], await engine.RowsAsync("SELECT id, code FROM parent ORDER BY id"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task Unique_values_that_allow_no_null_rotate_over_three_rows()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE seat (id int PRIMARY KEY, place int NOT NULL UNIQUE);
            INSERT INTO seat VALUES (1, 10);
            INSERT INTO seat VALUES (2, 20);
            INSERT INTO seat VALUES (3, 30);
            """);
        await engine.WindowAsync(
            Put("seat", "[1]", """{"id": 1, "place": 20}"""), Put("seat", "[2]", """{"id": 2, "place": 30}"""),
            Put("seat", "[3]", """{"id": 3, "place": 10}"""));
        Assert.Equal(["1|20", "2|30", "3|10"], await engine.RowsAsync("SELECT id, place FROM seat ORDER BY id"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task Unique_texts_that_allow_no_null_are_swapped()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE tag (id int PRIMARY KEY, name varchar(20) NOT NULL UNIQUE);
            INSERT INTO tag VALUES (1, 'a');
            INSERT INTO tag VALUES (2, 'b');
            """);
        await engine.WindowAsync(Put("tag", "[1]", """{"id": 1, "name": "b"}"""), Put("tag", "[2]", """{"id": 2, "name": "a"}"""));
        Assert.Equal(["1|b", "2|a"], await engine.RowsAsync("SELECT id, name FROM tag ORDER BY id"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task A_child_is_pointed_at_a_new_parent_before_the_old_one_goes()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Family + "INSERT INTO parent VALUES (1, 'a', 'n');\nINSERT INTO child VALUES (1, 1, 'c');\n");
        await engine.WindowAsync(
            Delete("parent", "[1]"), Put("child", "[1]", """{"id": 1, "parent_id": 2, "note": "c"}"""),
            Put("parent", "[2]", """{"id": 2, "code": "b", "note": "n"}"""));
        Assert.Equal(["1|2"], await engine.RowsAsync("SELECT id, parent_id FROM child"));
    }

    [Fact]
    public async Task A_parent_changes_its_key_with_its_children_and_keeps_its_unique_value()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Family + "INSERT INTO parent VALUES (1, 'a', 'n');\nINSERT INTO child VALUES (1, 1, 'c');\n");
        await engine.WindowAsync(
            Delete("parent", "[1]"), Put("parent", "[9]", """{"id": 9, "code": "a", "note": "n"}"""),
            Put("child", "[1]", """{"id": 1, "parent_id": 9, "note": "c"}"""));
        Assert.Equal(["9|a"], await engine.RowsAsync("SELECT id, code FROM parent"));
        Assert.Equal(["1|9"], await engine.RowsAsync("SELECT id, parent_id FROM child"));
    }

    [Fact]
    public async Task A_chain_of_self_references_longer_than_a_statement_goes_in_and_out()
    {
        const int length = 25_000;
        await using EngineHarness engine = await StartAsync(fixture, SelfReference);
        Change[] chain = [
            .. Enumerable.Range(1, length).Reverse()
                .Select(i => Put("node", $"[{i}]", $$"""{"id": {{i}}, "up": {{(i == 1 ? "null" : $"{i - 1}")}}, "name": "n"}"""))];
        await engine.WindowAsync(chain);
        Assert.Equal([$"{length}"], await engine.RowsAsync("SELECT count(*) FROM node"));
        await engine.WindowAsync([.. Enumerable.Range(1, length).Select(i => Delete("node", $"[{i}]"))]);
        Assert.Equal(["0"], await engine.RowsAsync("SELECT count(*) FROM node"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task Two_rows_that_point_at_each_other_go_in_and_out()
    {
        await using EngineHarness engine = await StartAsync(fixture, SelfReference);
        await engine.WindowAsync(
            Put("node", "[1]", """{"id": 1, "up": 2, "name": "x"}"""), Put("node", "[2]", """{"id": 2, "up": 1, "name": "y"}"""));
        Assert.Equal(["1|2", "2|1"], await engine.RowsAsync("SELECT id, up FROM node ORDER BY id"));
        await engine.WindowAsync(Delete("node", "[1]"), Delete("node", "[2]"));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM node"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task Two_tables_that_point_at_each_other_go_in_and_out()
    {
        await using EngineHarness engine = await StartAsync(fixture, TwoTablesInALoop);
        await engine.WindowAsync(Put("dept", "[1]", """{"id": 1, "head_id": 5}"""), Put("emp", "[5]", """{"id": 5, "dept_id": 1}"""));
        Assert.Equal(["1|5"], await engine.RowsAsync("SELECT id, head_id FROM dept"));
        await engine.WindowAsync(Delete("dept", "[1]"), Delete("emp", "[5]"));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM emp"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task Cascades_of_the_target_do_part_of_the_work_and_harm_nothing()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE parent (id int PRIMARY KEY);
            CREATE TABLE gone (id int PRIMARY KEY, parent_id int, own varchar(20), FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE);
            CREATE TABLE kept (id int PRIMARY KEY, parent_id int, own varchar(20), FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE SET NULL);
            INSERT INTO parent VALUES (1);
            INSERT INTO parent VALUES (2);
            INSERT INTO gone VALUES (1, 1, 'mine');
            INSERT INTO gone VALUES (2, 1, 'mine');
            INSERT INTO kept VALUES (1, 1, 'mine');
            """);
        await engine.WindowAsync(
            Delete("parent", "[1]"), Delete("gone", "[1]"), Put("gone", "[2]", """{"id": 2, "parent_id": 2}"""),
            Put("kept", "[1]", """{"id": 1, "parent_id": null}"""));
        Assert.Equal(["2|2|mine"], await engine.RowsAsync("SELECT id, parent_id, own FROM gone"));
        Assert.Equal(["1|-|mine"], await engine.RowsAsync("SELECT id, parent_id, own FROM kept"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task Primary_key_columns_in_another_order_than_the_source_are_learned_from_the_rows()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE pair (a int, b int, v varchar(20), PRIMARY KEY (b, a));\nINSERT INTO pair VALUES (9, 8, "
                + "'stays');\nINSERT INTO pair VALUES (8, 9, 'goes');\n");
        await engine.WindowAsync(Put("pair", "[1, 2]", """{"a": 1, "b": 2, "v": "x"}"""), Delete("pair", "[8, 9]"));
        Assert.Equal(["1|2|x", "9|8|stays"], await engine.RowsAsync("SELECT a, b, v FROM pair ORDER BY a"));
    }

    [Fact]
    public async Task The_number_of_a_hash_shard_is_not_part_of_the_key()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE sharded (id int PRIMARY KEY, v varchar(20));\nINSERT INTO sharded VALUES (7, 'goes');\n");
        await engine.WindowAsync(Put("sharded", "[3, 41]", """{"id": 41, "v": "x"}"""), Delete("sharded", "[5, 7]"));
        Assert.Equal(["41|x"], await engine.RowsAsync("SELECT id, v FROM sharded"));
    }

    [Fact]
    public async Task A_key_that_cannot_name_the_target_row_is_a_dead_letter_that_says_so()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE loose (id int PRIMARY KEY, v varchar(20));\nINSERT INTO loose VALUES (7, 'stays');\n", s => s with
            {
                Tables = [.. s.Tables.Select(t => t with { SourceKey = ["rowid"] })],
            });
        await engine.WindowAsync(Put("loose", "[123456789]", """{"id": 1, "v": "x"}"""), Delete("loose", "[987654321]"));
        Assert.Equal(["1|x", "7|stays"], await engine.RowsAsync("SELECT id, v FROM loose ORDER BY id"));
        Assert.Equal(1, engine.Letters.Single().Open);
    }

    [Fact]
    public async Task Delete_keys_may_be_spelt_differently()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE priced (id decimal(10,3) PRIMARY KEY, v varchar(20));\n");
        await engine.WindowAsync(
            Put("priced", "[2.500]", """{"id": 2.500, "v": "x"}"""), Put("priced", "[3.000]", """{"id": 3.000, "v": "y"}"""));
        await engine.WindowAsync(
            Put("priced", "[2.500]", """{"id": 2.500, "v": "z"}"""), Delete("priced", "[2.5]", version: 1), Delete("priced", "[3]"));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM priced"));
    }

    [Fact]
    public async Task An_upsert_never_changes_a_row_that_is_not_in_the_window()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family + "INSERT INTO parent VALUES (1, 'a', 'other');\n");
        await engine.WindowAsync(
            Put("parent", "[2]", """{"id": 2, "code": "a", "note": "mine"}"""),
            Put("parent", "[3]", """{"id": 3, "code": "c", "note": "good"}"""));
        Assert.Equal(["1|a|other", "3|c|good"], await engine.RowsAsync("SELECT id, code, note FROM parent ORDER BY id"));
        Assert.Equal(1, engine.Letters.Single().Open);
        Assert.True(
            engine.TableOf("parent").AppliedResolved < engine.Tables[0].Checkpoint.Resolved, "the watermark stops below the letter");
    }

    [Fact]
    public async Task A_column_that_is_missing_keeps_its_value_and_null_is_null()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE sparse (id int PRIMARY KEY, a varchar(20) DEFAULT 'dflt', b varchar(20) DEFAULT 'dflt');\nINSERT INTO "
                + "sparse VALUES (1, 'x', 'y');\n");
        await engine.WindowAsync(Put("sparse", "[1]", """{"id": 1, "a": null}"""), Put("sparse", "[2]", """{"id": 2, "b": "z"}"""));
        Assert.Equal(["1|-|y", "2|dflt|z"], await engine.RowsAsync("SELECT id, a, b FROM sparse ORDER BY id"));
    }

    [Fact]
    public async Task One_bad_row_is_set_aside_and_its_neighbours_go_in()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE strict (id int PRIMARY KEY, v varchar(5) NOT NULL, CHECK (id <> 13));\n");
        await engine.WindowAsync(
            [.. Enumerable.Range(1, 40)
                .Select(i => Put(
                    "strict", $"[{i}]", $$"""{"id": {{i}}, "v": {{(i == 7 ? "null" : i == 9 ? "\"too long\"" : "\"ok\"")}}}"""))]);
        Assert.Equal(["37"], await engine.RowsAsync("SELECT count(*) FROM strict"));
        Assert.Equal(3, engine.Letters.Single().Open);
        await engine.WindowAsync(Put("strict", "[7]", """{"id": 7, "v": "good"}"""));
        Assert.Equal(2, engine.Letters.Single().Open);
    }
}
