using System.Text.RegularExpressions;
using Failback.Apply.Failures;
using Failback.Contracts.Control;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>The ordinary user of the documentation, and what becomes of it when a privilege is taken away.</summary>
public abstract partial class PrivilegeSuite(ITargetFixture fixture)
{
    /// <summary>Takes INSERT on table item away.</summary>
    protected abstract string Revoke(string schema, string user);

    /// <summary>Counts what the user may do beyond what was granted on schemas and tables; run as the user.</summary>
    protected abstract string Powers { get; }

    /// <summary>What a session has to run before it notices; null: nothing.</summary>
    protected virtual string? LookAgain(string schema) => null;

    [Fact]
    public async Task Where_triggers_cannot_be_kept_from_firing_a_definition_that_wants_it_halts()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE item (id int PRIMARY KEY, v int NOT NULL);\n", s => s with { Triggers = TriggerPolicy.Replica });
        GroupHaltedException halted = await Assert.ThrowsAsync<GroupHaltedException>(
            () => engine.WindowAsync(Put("item", "[1]", """{"id": 1, "v": 1}""")));
        Assert.Equal("triggers_not_switched", halted.Failure.Code);
        Assert.Empty(await engine.RowsAsync("SELECT id FROM item"));
    }

    [Fact]
    public async Task The_user_has_no_power_over_the_server()
    {
        await using EngineHarness engine = await StartAsync(fixture, "CREATE TABLE item (id int PRIMARY KEY);\n");
        Assert.Equal("0", await engine.AsUserAsync(Powers));
    }

    [Fact]
    public async Task A_table_that_is_made_later_is_written_without_more_than_the_documentation_asks_for()
    {
        const string Item = "CREATE TABLE item (id int PRIMARY KEY);\n", Later = "CREATE TABLE later (id int PRIMARY KEY);\n";
        await using EngineHarness engine = await StartAsync(fixture, Item + Later);
        await engine.SqlAsync("DROP TABLE later;\n" + Later);
        await engine.RefreshAsync();
        await engine.WindowAsync(Put("later", "[1]", """{"id": 1}"""));
        Assert.Equal(["1"], await engine.RowsAsync("SELECT id FROM later"));
    }

    [Fact]
    public async Task A_missing_privilege_is_no_dead_letter_and_names_the_GRANT_that_ends_it()
    {
        await using EngineHarness engine = await StartAsync(fixture, "CREATE TABLE item (id int PRIMARY KEY);\n");
        await engine.SqlAsync(Revoke(fixture.Schema(engine.Url), engine.User));
        if (LookAgain(fixture.Schema(engine.Url)) is { } look) await engine.AsUserAsync(look);
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => engine.WindowAsync(Put("item", "[1]", """{"id": 1}""")));
        Failure failure = fixture.Dialect.Classify(refused);
        Assert.Equal(FailureKind.Permission, failure.Kind);
        Assert.Empty(engine.Letters);
        Match named = Named().Match(failure.Message);
        Assert.True(named.Success, failure.Message);
        string grant = named.Groups["grant"].Value.Replace("the table", $"{fixture.Schema(engine.Url)}.item", StringComparison.Ordinal);
        await engine.SqlAsync($"{grant} TO {engine.User}");
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1}"""));
        Assert.Equal(["1"], await engine.RowsAsync("SELECT id FROM item"));
    }

    [GeneratedRegex("(?<grant>GRANT .+) TO the user of target", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
