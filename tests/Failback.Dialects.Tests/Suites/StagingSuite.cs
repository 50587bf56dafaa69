using Failback.Apply.Staging;
using Failback.Contracts.Control;
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

        await engine.EnsureStagingAsync();
        await engine.EnsureStagingAsync();

        DeadLetter letter = Assert.Single(await engine.FindLettersAsync(new DeadLetterFilter()));
        Assert.Null(letter.By);
        await engine.ChangeLetterAsync(letter.Id, LetterState.Discarded, "a test row");
        letter = Assert.Single(await engine.FindLettersAsync(new DeadLetterFilter()));
        Assert.Equal(("discarded", "a test row", "somebody"), (letter.State, letter.Reason, letter.By));
    }
}
