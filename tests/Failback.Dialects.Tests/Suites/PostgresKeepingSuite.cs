using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>What only PostgreSQL does with rows beside triggers: rules, rows of inheriting tables, policies, identity columns.</summary>
public abstract class PostgresKeepingSuite(ITargetFixture fixture) : KeepingSuite(fixture)
{
    private const string Items = """
        CREATE TABLE item (id int PRIMARY KEY, code varchar(20), note varchar(20));
        INSERT INTO item VALUES (1, 'a', 'old');
        INSERT INTO item VALUES (2, 'b', 'old');

        """;

    // One row at a time goes where its note says, as tables were divided before there were partitions.
    private const string Routed = """
        CREATE TABLE item (id int PRIMARY KEY, code varchar(20), note varchar(20));
        CREATE SCHEMA parts;
        CREATE TABLE parts.item_new (CHECK (note = 'new'), PRIMARY KEY (id)) INHERITS (item);
        CREATE FUNCTION route() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.note = 'new' THEN INSERT INTO parts.item_new VALUES (NEW.*); RETURN NULL; END IF; RETURN NEW; END $$;
        CREATE TRIGGER routed BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION route();

        """;

    protected override string ChangesNote =>
        Trigger("item", "BEFORE INSERT OR UPDATE", "IF NEW.code = 'x' THEN NEW.note := 'changed'; END IF; RETURN NEW;");

    protected override string PartsChangeItemOne =>
        Trigger("part", "AFTER INSERT OR UPDATE", "UPDATE item SET note = 'counted' WHERE id = 1; RETURN NULL;", "SECURITY DEFINER");

    protected override string Audits => Trigger(
        "item", "AFTER INSERT OR UPDATE OR DELETE", "INSERT INTO journal VALUES (COALESCE(NEW.id, OLD.id), 'seen'); RETURN NULL;",
        "SECURITY DEFINER");

    protected override string KeepsOut =>
        Trigger("item", "BEFORE INSERT OR UPDATE", "IF NEW.code = 'x' THEN RETURN NULL; END IF; RETURN NEW;");

    protected override string KeepsTwo => Trigger("item", "BEFORE DELETE", "IF OLD.id = 2 THEN RETURN NULL; END IF; RETURN OLD;");

    [Fact]
    public async Task A_trigger_that_runs_at_the_end_of_the_transaction_is_waited_for()
    {
        await using EngineHarness engine = await StartAsync(Fixture, Items + """
            CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN UPDATE item SET note = 'late' WHERE id = NEW.id AND code = 'x' AND note <> 'late'; RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER lately AFTER INSERT OR UPDATE ON item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late();
            """);
        await engine.WindowAsync(
            Put("item", "[1]", """{"id": 1, "code": "x", "note": "new"}"""),
            Put("item", "[2]", """{"id": 2, "code": "y", "note": "new"}"""));
        Assert.Equal(["1|a|old", "2|y|new"], await engine.RowsAsync("SELECT id, code, note FROM item ORDER BY id"));
        Assert.Single(await engine.LettersAsync());
    }

    [Fact]
    public async Task A_rule_that_does_nothing_instead_of_a_delete_makes_a_letter()
    {
        await using EngineHarness engine = await StartAsync(
            Fixture, Items + "CREATE RULE kept AS ON DELETE TO item WHERE OLD.id = 2 DO INSTEAD NOTHING;\n");
        await engine.WindowAsync(Delete("item", "[1]"), Delete("item", "[2]"), Delete("item", "[9]"));
        Assert.Equal(["2"], await engine.RowsAsync("SELECT id FROM item"));
        Assert.Equal(["2"], (await engine.ReasonsAsync()).Select(l => l.Key));
    }

    [Fact]
    public async Task Rows_that_a_trigger_routes_to_an_inheriting_table_are_there_and_none_is_there_twice()
    {
        await using EngineHarness engine = await StartAsync(
            Fixture, Routed + "GRANT USAGE ON SCHEMA parts TO PUBLIC;\nGRANT ALL ON parts.item_new TO PUBLIC;\n");
        await engine.WindowAsync(
            Put("item", "[1]", """{"id": 1, "code": "x", "note": "new"}"""),
            Put("item", "[2]", """{"id": 2, "code": "y", "note": "other"}"""));
        Assert.Equal(["1|x|new", "2|y|other"], await engine.RowsAsync("SELECT id, code, note FROM item ORDER BY id"));
        Assert.Empty(engine.Letters);
        await engine.WindowAsync(
            Put("item", "[1]", """{"id": 1, "code": "z", "note": "moved"}"""),
            Put("item", "[2]", """{"id": 2, "code": "z", "note": "other"}"""));
        Assert.Equal(["1|x|new", "2|z|other"], await engine.RowsAsync("SELECT id, code, note FROM item ORDER BY id"));
        Assert.Equal(["1"], (await engine.ReasonsAsync()).Select(l => l.Key));
    }

    [Fact]
    public async Task A_policy_that_hides_rows_halts_the_group_and_says_what_helps()
    {
        await using EngineHarness engine = await StartAsync(
            Fixture, Items + "ALTER TABLE item ENABLE ROW LEVEL SECURITY;\nCREATE POLICY visible ON item USING (id <> 2);\n");
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => engine.WindowAsync(Delete("item", "[2]")));
        Assert.Contains("BYPASSRLS", Fixture.Dialect.Classify(refused).Message, StringComparison.Ordinal);
        Assert.Equal(["1", "2"], await engine.RowsAsync("SELECT id FROM item ORDER BY id"));
    }

    [Fact]
    public async Task An_identity_column_that_no_update_may_set_is_a_letter_when_its_value_differs()
    {
        await using EngineHarness engine = await StartAsync(Fixture, """
            CREATE TABLE ticket (id int PRIMARY KEY, number int GENERATED ALWAYS AS IDENTITY, note varchar(20));
            INSERT INTO ticket (id, note) VALUES (1, 'old');
            """);
        await engine.WindowAsync(
            Put("ticket", "[1]", """{"id": 1, "number": 7, "note": "new"}"""),
            Put("ticket", "[2]", """{"id": 2, "number": 8, "note": "new"}"""));
        Assert.Equal(["1|1|old", "2|8|new"], await engine.RowsAsync("SELECT id, number, note FROM ticket ORDER BY id"));
        Assert.Contains("GENERATED ALWAYS", Assert.Single(await engine.LettersAsync()), StringComparison.Ordinal);
        await engine.WindowAsync(Put("ticket", "[2]", """{"id": 2, "number": 8, "note": "newer"}"""));
        Assert.Equal(["2|8|newer"], await engine.RowsAsync("SELECT id, number, note FROM ticket WHERE id = 2"));
    }

    [Fact]
    public async Task A_trigger_that_is_made_while_rows_flow_is_noticed()
    {
        await using EngineHarness engine = await StartAsync(Fixture, Items);
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "code": "x", "note": "one"}"""));
        await engine.SqlAsync(ChangesNote);
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "code": "x", "note": "two"}"""));
        Assert.Equal(["1|x|one"], await engine.RowsAsync("SELECT id, code, note FROM item WHERE id = 1"));
        Assert.Single(await engine.LettersAsync());
    }

    private ITargetFixture Fixture { get; } = fixture;

    private static string Trigger(string table, string when, string body, string security = "") => $"""
        CREATE FUNCTION {table}_trigger() RETURNS trigger LANGUAGE plpgsql {security} AS $$ BEGIN {body} END $$;
        CREATE TRIGGER fires {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_trigger();

        """;
}
