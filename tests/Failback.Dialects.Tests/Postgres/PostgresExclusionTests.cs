using Failback.Dialects.Tests.Suites;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>
/// An exclusion constraint is about order as a unique one is; so are values that a check or a domain lets no placeholder stand in for.
/// </summary>
public sealed class PostgresExclusionTests
{
    private const string Ranges = """
        CREATE TABLE item (id int PRIMARY KEY, during int4range, EXCLUDE USING gist (during WITH &&));
        INSERT INTO item VALUES (1, '[1,5)'), (2, '[5,9)'), (3, '[9,12)');

        """;

    [Fact]
    public async Task A_range_goes_from_a_row_that_is_deleted_to_one_that_is_inserted_and_ranges_change_places()
    {
        await using EngineHarness engine = await StartAsync(new PostgresFixture(), Ranges);
        await engine.WindowAsync(Range(1, "[5,9)"), Range(2, "[1,5)"), Range(4, "[10,11)"), Delete("item", "[3]"));
        Assert.Equal(["1|[5,9)", "2|[1,5)", "4|[10,11)"], await engine.RowsAsync("SELECT id, during::text FROM item ORDER BY id"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task A_range_that_stays_taken_is_a_letter_that_names_the_constraint()
    {
        await using EngineHarness engine = await StartAsync(new PostgresFixture(), Ranges);
        await engine.WindowAsync(Range(1, "[2,6)"), Range(4, "[20,21)"));
        Assert.Equal(
            ["1|[1,5)", "2|[5,9)", "3|[9,12)", "4|[20,21)"], await engine.RowsAsync("SELECT id, during::text FROM item ORDER BY id"));
        Assert.Contains("item_during_excl", Assert.Single(await engine.LettersAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code text NOT NULL UNIQUE CHECK (length(code) = 1)")]
    [InlineData("code letter NOT NULL UNIQUE")]
    public async Task Values_whose_placeholder_is_refused_change_places(string column)
    {
        await using EngineHarness engine = await StartAsync(new PostgresFixture(), $"""
            CREATE DOMAIN letter AS text CHECK (VALUE ~ '^[a-z]$');
            CREATE TABLE item (id int PRIMARY KEY, {column});
            INSERT INTO item VALUES (1, 'a'), (2, 'b');

            """);
        await engine.WindowAsync(
            Put("item", "[1]", """{"id": 1, "code": "b"}"""), Put("item", "[2]", """{"id": 2, "code": "a"}"""),
            Put("item", "[3]", """{"id": 3, "code": "c"}"""));
        Assert.Equal(["1|b", "2|a", "3|c"], await engine.RowsAsync("SELECT id, code FROM item ORDER BY id"));
        Assert.Empty(engine.Letters);
    }

    private static Change Range(int id, string during) =>
        Put("item", $"[{id}]", $$"""{"id": {{id}}, "during": "{{during}}"}""");
}
