using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>Our own tables in the target, where an earlier build made them.</summary>
public abstract class StagingSuite(ITargetFixture fixture)
{
    [Fact]
    public async Task There_are_letters_to_ask_for_once_an_applier_has_made_their_table()
    {
        await using EngineHarness engine = await StartAsync(fixture, "CREATE TABLE item (id int PRIMARY KEY, v int NOT NULL);\n");
        Assert.True(await engine.HasLettersAsync());
        await engine.SqlAsync($"DROP TABLE {engine.StagingTable("pending_mutation")}");
        Assert.False(await engine.HasLettersAsync());
        await engine.EnsureStagingAsync();
        Assert.True(await engine.HasLettersAsync());
    }

    [Fact]
    public async Task A_column_that_an_earlier_build_did_not_have_is_added_and_what_is_there_stays()
    {
        await using EngineHarness engine = await StartAsync(fixture, "CREATE TABLE item (id int PRIMARY KEY, v int NOT NULL);\n");
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "v": null}"""));
        await engine.SqlAsync($"ALTER TABLE {engine.StagingTable("pending_mutation")} DROP COLUMN settled_by");
        await engine.SqlAsync($"ALTER TABLE {engine.StagingTable("checkpoint")} DROP COLUMN key_order");

        await engine.EnsureStagingAsync();
        await engine.EnsureStagingAsync();

        DeadLetter letter = Assert.Single(await engine.FindLettersAsync(new DeadLetterFilter()));
        Assert.Null(letter.By);
        await engine.ChangeLetterAsync(letter.Id, LetterState.Discarded, "a test row");
        letter = Assert.Single(await engine.FindLettersAsync(new DeadLetterFilter()));
        Assert.Equal((LetterState.Discarded, "a test row", "somebody"), (letter.State, letter.Reason, letter.By));
        await engine.RestartAsync();
        Assert.Equal("", engine.TableOf("item").Checkpoint.KeyOrder);
    }

    [Fact]
    public async Task A_publisher_is_forgotten_by_what_its_own_table_has_heard_since()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE item (id int PRIMARY KEY);\nCREATE TABLE other (id int PRIMARY KEY);\n");
        string position = engine.StagingTable("publisher_position");
        foreach ((string table, string publisher, string seen) in ((string, string, string)[])[
            ("t.moving", "old", "2026-01-01"), ("t.moving", "idle", "2026-02-20"), ("t.moving", "new", "2026-03-01"),
            ("t.standing", "waits", "2026-01-01")])
        {
            await engine.SqlAsync(
                $"INSERT INTO {position} (failback, table_name, publisher, sequence, total, seen_at) VALUES ('{engine.Failback}', "
                    + $"'{table}', '{publisher}', 1, 1, TIMESTAMP '{seen} 00:00:00')");
        }

        await engine.RegisterAsync();
        Assert.Equal(
            ["idle", "new", "waits"],
            await engine.RowsAsync($"SELECT publisher FROM {position} WHERE table_name LIKE 't.%' ORDER BY publisher"));
    }

    [Fact]
    public async Task Versions_are_forgotten_in_steps_also_by_a_later_owner_and_what_is_left_does_no_harm()
    {
        await using EngineHarness engine = await StartAsync(fixture, "CREATE TABLE item (id int PRIMARY KEY, v int NOT NULL);\n");
        const int many = 20_005;
        await engine.BatchAsync([.. Enumerable.Range(1, many).Select(i => Put("item", $"[{i}]", $$"""{"id": {{i}}, "v": 1}"""))]);
        Assert.Equal($"{many}", await LeftAsync());
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "v": 2}"""));
        Assert.Equal("10005", await LeftAsync());
        await engine.RestartAsync();
        await engine.WindowAsync([.. Enumerable.Range(1, 50).Select(i => Put("item", $"[{i}]", $$"""{"id": {{i}}, "v": 3}"""))]);
        Assert.Equal("5", await LeftAsync());
        await engine.WindowAsync(Delete("item", "[2]"));
        await engine.WindowAsync();
        Assert.Equal("0", await LeftAsync());
        Assert.Equal([$"{many - 1}|{many - 1 + 98}"], await engine.RowsAsync("SELECT COUNT(*), SUM(v) FROM item"));

        async Task<string> LeftAsync() => Assert.Single(
            await engine.RowsAsync($"SELECT COUNT(*) FROM {engine.StagingTable("row_version")}"));
    }

    [Theory]
    [InlineData("[3]", """{"id": 3, "v": 3, "\ud800": 1}""")]
    [InlineData("[3]", """{"\udc00": 1, "id": 3, "v": 3}""")]
    [InlineData("[3]", """{"id": 3, "v": "\ud800"}""")]
    [InlineData("""["\ud800"]""", """{"id": "\ud800", "v": 3}""")]
    [InlineData("""["\ud800"]""", null)]
    public async Task Half_a_surrogate_pair_anywhere_is_a_letter_as_it_was_received_and_its_neighbours_go_in(string key, string? after)
    {
        await using EngineHarness engine = await StartAsync(fixture, "CREATE TABLE item (id int PRIMARY KEY, v int NOT NULL);\n");
        await engine.WindowAsync(
            Put("item", "[1]", """{"id": 1, "v": 1}"""), new Change("item", key, after, 1), Put("item", "[2]", """{"id": 2, "v": 2}"""));
        Assert.Equal(["1|1", "2|2"], await engine.RowsAsync("SELECT id, v FROM item ORDER BY id"));
        DeadLetter letter = Assert.Single(await engine.FindLettersAsync(new DeadLetterFilter()));
        Assert.Equal((key, after is null), (letter.Key, letter.IsDelete));
        await engine.WindowAsync(Put("item", "[4]", """{"id": 4, "v": 4}"""));
        Assert.Equal(["1|1", "2|2", "4|4"], await engine.RowsAsync("SELECT id, v FROM item ORDER BY id"));
    }
}
