using Failback.Apply.Failures;
using Failback.Contracts.Control;
using Failback.Dialects.Tests.Suites;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>
/// With <c>triggers: replica</c> the application's triggers do not fire, and what the server then leaves out, foreign keys and unique
/// constraints that may wait, is verified for the rows of the window.
/// </summary>
public sealed class PostgresTriggerTests
{
    private const string Privilege =
        "DO 'BEGIN EXECUTE ''GRANT SET ON PARAMETER session_replication_role TO '' || current_database() || ''_user''; END';\n";

    private const string Items = """
        CREATE TABLE item (id int PRIMARY KEY, note text);
        CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := ''spoilt''; RETURN NEW; END';
        CREATE FUNCTION keep_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER a BEFORE INSERT OR UPDATE ON item FOR EACH ROW EXECUTE FUNCTION spoil();
        CREATE TRIGGER b BEFORE INSERT OR DELETE ON item FOR EACH ROW EXECUTE FUNCTION keep_out();

        """;

    private const string Family = """
        CREATE TABLE parent (id int PRIMARY KEY, code int UNIQUE DEFERRABLE);
        CREATE TABLE child (id int PRIMARY KEY, parent_id int NOT NULL REFERENCES parent);
        CREATE TABLE outside (parent_id int REFERENCES parent ON DELETE CASCADE);
        INSERT INTO parent VALUES (1, 1), (2, 2);
        INSERT INTO outside VALUES (2);

        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Triggers_that_change_rows_or_keep_them_out_do_not_fire(bool window)
    {
        await using EngineHarness engine = await SilentAsync(Items);
        await (window ? engine.WindowAsync(One(), Two()) : engine.BatchAsync(One(), Two()));
        await engine.WindowAsync(Delete("item", "[1]"));
        Assert.Equal(["2|two"], await engine.RowsAsync("SELECT id, note FROM item"));
        Assert.Empty(engine.Letters);
        Assert.Equal(["plain", "plain"], engine.Attempts);

        static Change One() => Put("item", "[1]", """{"id": 1, "note": "one"}""");
        static Change Two() => Put("item", "[2]", """{"id": 2, "note": "two"}""");
    }

    [Fact]
    public async Task A_trigger_that_is_always_on_still_fires_and_its_row_is_a_letter()
    {
        await using EngineHarness engine = await SilentAsync(Items + "ALTER TABLE item ENABLE ALWAYS TRIGGER a;\n");
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "note": "one"}"""));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM item"));
        Assert.Equal(1, engine.Letters.Single().Open);
    }

    [Fact]
    public async Task What_foreign_keys_would_refuse_is_refused_and_its_neighbours_go_in()
    {
        await using EngineHarness engine = await SilentAsync(Family);
        await engine.WindowAsync(
            Put("child", "[1]", """{"id": 1, "parent_id": 9}"""), Put("child", "[2]", """{"id": 2, "parent_id": 1}"""),
            Put("child", "[3]", """{"id": 3, "parent_id": 7}"""), Put("parent", "[7]", """{"id": 7, "code": 7}"""),
            Delete("parent", "[2]"));
        Assert.Equal(["2|1", "3|7"], await engine.RowsAsync("SELECT id, parent_id FROM child ORDER BY id"));
        Assert.Equal(["1", "2", "7"], await engine.RowsAsync("SELECT id FROM parent ORDER BY id"));
        Assert.Equal(["2"], await engine.RowsAsync("SELECT parent_id FROM outside"));
        Assert.Equal(
            [("1", "ForeignKey"), ("2", "ForeignKey")], (await engine.ReasonsAsync()).Select(l => (l.Key, l.Kind)).Order());
    }

    [Fact]
    public async Task A_refused_parent_takes_the_children_of_its_window_with_it()
    {
        await using EngineHarness engine = await SilentAsync(Family + "ALTER TABLE parent ADD CHECK (code < 100);\n");
        await engine.WindowAsync(
            Put("parent", "[7]", """{"id": 7, "code": 700}"""), Put("child", "[3]", """{"id": 3, "parent_id": 7}"""),
            Put("child", "[4]", """{"id": 4, "parent_id": 1}"""));
        Assert.Equal(["4|1"], await engine.RowsAsync("SELECT id, parent_id FROM child"));
        Assert.Equal(
            [("3", "ForeignKey"), ("7", "Constraint")], (await engine.ReasonsAsync()).Select(l => (l.Key, l.Kind)).Order());
    }

    [Fact]
    public async Task A_unique_constraint_that_may_wait_is_verified_too()
    {
        await using EngineHarness engine = await SilentAsync(Family);
        await engine.WindowAsync(
            Put("parent", "[1]", """{"id": 1, "code": 2}"""), Put("parent", "[2]", """{"id": 2, "code": 1}"""));
        Assert.Equal(["1|2", "2|1"], await engine.RowsAsync("SELECT id, code FROM parent ORDER BY id"));
        await engine.WindowAsync(Put("parent", "[3]", """{"id": 3, "code": 1}"""), Put("parent", "[4]", """{"id": 4, "code": 4}"""));
        Assert.Equal(["1|2", "2|1", "4|4"], await engine.RowsAsync("SELECT id, code FROM parent ORDER BY id"));
        Assert.Equal([("3", "Unique")], (await engine.ReasonsAsync()).Select(l => (l.Key, l.Kind)));
    }

    [Fact]
    public async Task A_relaxed_attempt_verifies_unique_constraints_that_may_wait()
    {
        await using EngineHarness engine = await StartAsync(PostgresFixture.Superuser, """
            CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL, code int UNIQUE DEFERRABLE);
            CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);
            ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
            """);
        await engine.WindowAsync(
            Put("a", "[1]", """{"id": 1, "b": 1, "code": 5}"""), Put("b", "[1]", """{"id": 1, "a": 1}"""));
        Assert.Equal(["relaxed"], engine.Attempts);
        await engine.WindowAsync(
            Put("a", "[2]", """{"id": 2, "b": 2, "code": 5}"""), Put("b", "[2]", """{"id": 2, "a": 2}"""));
        Assert.Equal(["1|5"], await engine.RowsAsync("SELECT id, code FROM a"));
    }

    [Fact]
    public async Task Without_the_privilege_the_group_halts()
    {
        await using EngineHarness engine = await StartAsync(
            new PostgresFixture(), Items, s => s with { Triggers = TriggerPolicy.Replica });
        GroupHaltedException halted = await Assert.ThrowsAsync<GroupHaltedException>(
            () => engine.WindowAsync(Put("item", "[1]", """{"id": 1, "note": "one"}""")));
        Assert.Equal(("triggers_not_switched", FailureKind.Permission), (halted.Failure.Code, halted.Failure.Kind));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM item"));
    }

    private static Task<EngineHarness> SilentAsync(string ddl) =>
        StartAsync(
            new PostgresFixture(), ddl + Privilege,
            s => s with { Triggers = TriggerPolicy.Replica, Tables = [.. s.Tables.Where(t => t.Source != "outside")] });
}
