using Failback.Dialects.Tests.Suites;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>
/// As a superuser on purpose: foreign keys that an attempt switches off are all verified, and looked at for its rows only.
/// </summary>
public sealed class PostgresSuperuserReferenceTests() : ReferenceSuite(PostgresFixture.Superuser)
{
    [Fact]
    public async Task A_row_that_was_an_orphan_before_is_in_the_way_of_none()
    {
        await using EngineHarness engine = await StartAsync(PostgresFixture.Superuser, """
            CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL);
            CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);
            ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
            SET session_replication_role = replica;
            INSERT INTO b VALUES (77, 78);
            SET session_replication_role = origin;
            """);
        await engine.WindowAsync(Put("a", "[1]", """{"id": 1, "b": 1}"""), Put("b", "[1]", """{"id": 1, "a": 1}"""));
        Assert.Equal(["relaxed"], engine.Attempts);
        Assert.Equal(["1|1"], await engine.RowsAsync("SELECT id, b FROM a"));
        await engine.WindowAsync(Delete("a", "[1]"));
        Assert.Equal(["1|1"], await engine.RowsAsync("SELECT id, b FROM a"));
        await engine.WindowAsync(Delete("a", "[1]"), Delete("b", "[1]"));
        Assert.Equal(["77"], await engine.RowsAsync("SELECT id FROM a UNION ALL SELECT id FROM b"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task A_key_over_other_columns_than_the_primary_key_is_verified_for_what_was_touched_only()
    {
        await using EngineHarness engine = await StartAsync(PostgresFixture.Superuser, """
            CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL, code numeric(5,2), kind text, UNIQUE (code, kind));
            CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);
            ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
            CREATE TABLE outside (id int PRIMARY KEY, code numeric(5,2), kind text, FOREIGN KEY (kind, code) REFERENCES a (kind, code));
            SET session_replication_role = replica;
            INSERT INTO outside VALUES (66, 66.6, 'gone before');
            SET session_replication_role = origin;
            """, s => s with { Tables = [.. s.Tables.Where(t => t.Source is "a" or "b")] });
        Change[] loop = [Put("a", "[1]", """{"id": 1, "b": 1, "code": 1.5, "kind": "x"}"""), Put("b", "[1]", """{"id": 1, "a": 1}""")];
        await engine.WindowAsync(loop);
        Assert.Equal(["relaxed"], engine.Attempts);
        await engine.SqlAsync("INSERT INTO outside VALUES (7, 1.5, 'x')");
        await engine.WindowAsync(Delete("a", "[1]"), Delete("b", "[1]"));
        Assert.Equal(["1|1.50"], await engine.RowsAsync("SELECT id, code FROM a"));
        await engine.WindowAsync(
            Put("a", "[1]", """{"id": 1, "b": 2, "code": 1.6, "kind": "x"}"""), Put("b", "[2]", """{"id": 2, "a": 1}"""));
        Assert.Equal(["1|1.50"], await engine.RowsAsync("SELECT id, code FROM a"));
        await engine.SqlAsync("DELETE FROM outside WHERE id = 7");
        await engine.WindowAsync(Delete("a", "[1]"), Delete("b", "[1]"), Delete("b", "[2]"));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM a UNION ALL SELECT id FROM b"));
    }
}
