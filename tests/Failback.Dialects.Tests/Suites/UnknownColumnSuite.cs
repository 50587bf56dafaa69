using Failback.Apply.Failures;
using Failback.Contracts.Control;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>Columns of the feed that the target's tables lack.</summary>
/// <param name="fixture">A database.</param>
/// <param name="add">Gives table item the columns of the list {0}.</param>
public abstract class UnknownColumnSuite(ITargetFixture fixture, string add)
{
    [Fact]
    public async Task Extras_hold_the_columns_of_the_newest_version_with_every_digit()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE item (id int PRIMARY KEY, v varchar(20), more varchar(400));\n", Extras);
        await engine.WindowAsync(
            Put("item", "[1]", """{"id": 1, "v": "a", "n": 1.10, "deep": {"a": [1e400, "x"]}, "rowid": 5, "no \"name\"": null}"""),
            Put("item", "[2]", """{"id": 2, "v": "b"}"""));
        Assert.Equal(
            ["1|{\"n\":1.10,\"deep\":{\"a\": [1e400, \"x\"]},\"no \\\"name\\\"\":null}", "2|-"],
            await engine.RowsAsync("SELECT id, more FROM item ORDER BY id"));
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "v": "a", "other": 12345678901234567890}"""));
        Assert.Equal(["1|{\"other\":12345678901234567890}"], await engine.RowsAsync("SELECT id, more FROM item WHERE id = 1"));
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "v": "c"}"""));
        Assert.Equal(["1|-"], await engine.RowsAsync("SELECT id, more FROM item WHERE id = 1"));
        GroupHaltedException halt = await Assert.ThrowsAsync<GroupHaltedException>(
            () => engine.WindowAsync(Put("item", "[1]", """{"id": 1, "more": "mine", "n": 1}""")));
        Assert.Contains("of these names too: more", halt.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extras_need_a_column_that_holds_text()
    {
        const string ddl = "CREATE TABLE item (id int PRIMARY KEY, more int);\n";
        Assert.Contains(
            "holds no JSON object", (await Assert.ThrowsAsync<GroupHaltedException>(() => StartAsync(fixture, ddl, Extras))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_halts_with_the_statement_of_its_dialect_and_goes_on_once_the_column_is_there()
    {
        await using EngineHarness engine = await StartAsync(fixture, "CREATE TABLE item (id int PRIMARY KEY, v varchar(20));\n");
        GroupHaltedException halt = await Assert.ThrowsAsync<GroupHaltedException>(
            () => engine.WindowAsync(
                Put("item", "[1]", """{"id": 1, "v": "a", "c": "x"}"""), Put("item", "[2]", """{"id": 2, "v": "b"}""")));
        Assert.Equal("unknown_column", halt.Failure.Code);
        Assert.Contains("ALTER TABLE ", halt.Message, StringComparison.Ordinal);
        Assert.Equal(["0"], await engine.RowsAsync("SELECT count(*) FROM item"));

        await engine.SqlAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, add, "c varchar(5)"));
        await engine.RefreshAsync();
        await engine.WindowAsync(Put("item", "[3]", """{"id": 3, "v": "c", "c": "y"}"""));
        Assert.Equal(["c|y"], await engine.RowsAsync("SELECT v, c FROM item WHERE id = 3"));
    }

    [Fact]
    public async Task A_column_that_is_ignored_is_left_out_and_named()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE item (id int PRIMARY KEY, v varchar(20));\n",
            spec => spec with { OnUnknownColumn = UnknownColumnPolicy.Ignore });
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "v": "a", "c": "x"}"""));
        Assert.Equal(["1|a"], await engine.RowsAsync("SELECT id, v FROM item"));
        Assert.Equal(["c"], engine.TableOf("item").Reader.UnknownColumns.Select(c => c.Name));
    }

    private static FailbackSpec Extras(FailbackSpec spec) =>
        spec with { OnUnknownColumn = UnknownColumnPolicy.Extras, ExtrasColumn = "more" };
}
