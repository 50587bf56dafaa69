using Failback.Dialects.Tests.Suites;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>
/// What the power to set <c>session_replication_role</c> changes: the one test in which the engine is a superuser on purpose, beside the
/// ordinary user with and without the privilege of its own that there is from PostgreSQL 15 on.
/// </summary>
public sealed class PostgresSuperuserTests
{
    // No order of statements satisfies two keys that may neither be NULL nor wait.
    private const string Loop = """
        CREATE TABLE a (id int PRIMARY KEY, b int NOT NULL);
        CREATE TABLE b (id int PRIMARY KEY, a int NOT NULL REFERENCES a);
        ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;

        """;

    private const string Privilege =
        "DO 'BEGIN EXECUTE ''GRANT SET ON PARAMETER session_replication_role TO '' || current_database() || ''_user''; END';\n";

    [Fact]
    public Task A_superuser_writes_a_loop_with_its_triggers_off_and_every_key_verified() => WritesAsync(PostgresFixture.Superuser, Loop);

    [Fact]
    public Task A_user_who_may_set_session_replication_role_does_the_same() => WritesAsync(new PostgresFixture(), Loop + Privilege);

    [Fact]
    public async Task The_ordinary_user_sets_such_rows_aside_and_goes_on()
    {
        await using EngineHarness engine = await StartAsync(new PostgresFixture(), Loop + "CREATE TABLE c (id int PRIMARY KEY);\n");
        await engine.WindowAsync(
            Put("a", "[1]", """{"id": 1, "b": 1}"""), Put("b", "[1]", """{"id": 1, "a": 1}"""), Put("c", "[1]", """{"id": 1}"""));
        Assert.Equal(["1"], await engine.RowsAsync("SELECT id FROM c"));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM a UNION ALL SELECT id FROM b"));
        Assert.Equal(2, (await engine.LettersAsync()).Count);
    }

    private static async Task WritesAsync(ITargetFixture fixture, string ddl)
    {
        await using EngineHarness engine = await StartAsync(fixture, ddl);
        await engine.WindowAsync(Put("a", "[1]", """{"id": 1, "b": 1}"""), Put("b", "[1]", """{"id": 1, "a": 1}"""));
        Assert.Equal(["relaxed"], engine.Attempts);
        Assert.Equal(["1|1|1|1"], await engine.RowsAsync("SELECT a.id, a.b, b.id, b.a FROM a, b"));
        await engine.WindowAsync(Put("a", "[2]", """{"id": 2, "b": 9}"""));
        Assert.Equal(["1"], await engine.RowsAsync("SELECT id FROM a"));
        Assert.Single(await engine.LettersAsync());
    }
}
