using Failback.Dialects.Tests.Suites;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresPaceTests() : PaceSuite(new PostgresFixture(), applyTimeout: 1, rows: 50)
{
    protected override string SlowDeletes => """
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(CASE OLD.id WHEN 7 THEN 3 ELSE 0.04 END); RETURN OLD; END $$;
        CREATE TRIGGER slow BEFORE DELETE ON item FOR EACH ROW EXECUTE FUNCTION slow();

        """;

    [Theory]
    [InlineData("")]
    [InlineData("DEFERRABLE")]
    public async Task Deletes_of_parents_whose_children_have_no_index_get_through(string deferrable)
    {
        await using EngineHarness engine = await StartAsync(new PostgresFixture(), $"""
            CREATE TABLE parent (id int PRIMARY KEY);
            CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent {deferrable}, filler text);
            INSERT INTO parent SELECT * FROM generate_series(1, 200);
            INSERT INTO child SELECT i, 200, repeat('x', 100) FROM generate_series(1, 150000) AS i;
            """, applyTimeout: 1);
        await engine.WindowAsync([.. Enumerable.Range(1, 199).Select(i => Delete("parent", $"[{i}]"))]);
        Assert.Equal(["200"], await engine.RowsAsync("SELECT id FROM parent"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task A_delete_that_is_too_slow_alone_is_told_the_index_that_helps()
    {
        await using EngineHarness engine = await StartAsync(new PostgresFixture(), """
            CREATE TABLE parent (id int PRIMARY KEY);
            CREATE TABLE child (id int PRIMARY KEY, "Parent" int REFERENCES parent);
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN OLD; END $$;
            CREATE TRIGGER slow BEFORE DELETE ON parent FOR EACH ROW EXECUTE FUNCTION slow();
            INSERT INTO parent VALUES (1);
            """, applyTimeout: 1);
        await engine.WindowAsync(Delete("parent", "[1]"));
        Assert.Contains(
            "CREATE INDEX CONCURRENTLY ON child (\"Parent\")", Assert.Single(await engine.LettersAsync()), StringComparison.Ordinal);
    }
}
