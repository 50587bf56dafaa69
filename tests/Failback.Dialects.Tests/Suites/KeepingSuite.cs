using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// The target keeps what it was told: rows that a trigger changes, keeps out or keeps in are letters with the reason, and nothing of them
/// is in the target. Triggers that leave the rows alone are in nobody's way.
/// </summary>
public abstract class KeepingSuite(ITargetFixture fixture)
{
    private const string Tables = """
        CREATE TABLE item (id int PRIMARY KEY, code varchar(20), note varchar(20));
        CREATE TABLE part (id int PRIMARY KEY, note varchar(20));
        CREATE TABLE journal (id int, note varchar(20));
        INSERT INTO item VALUES (1, 'a', 'old');
        INSERT INTO item VALUES (2, 'b', 'old');

        """;

    /// <summary>Statements, each ended by <c>;</c> and a line end, after which note is <c>changed</c> in items of code <c>x</c>.</summary>
    protected abstract string ChangesNote { get; }

    /// <summary>Statements after which parts have changed the note of item 1.</summary>
    protected abstract string PartsChangeItemOne { get; }

    /// <summary>Statements after which every written item is in the journal too.</summary>
    protected abstract string Audits { get; }

    /// <summary>
    /// Statements after which items of code <c>x</c> are kept out without an error; null: the target has no such triggers.
    /// </summary>
    protected virtual string? KeepsOut => null;

    /// <summary>Statements after which deletes of item 2 do nothing; null: the target has no such triggers.</summary>
    protected virtual string? KeepsTwo => null;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_row_that_a_trigger_changes_is_a_letter_and_stays_as_it_was(bool ahead)
    {
        await using EngineHarness engine = await StartedAsync(ChangesNote);
        Change[] changes = [
            Put("item", "[1]", """{"id": 1, "code": "x", "note": "new"}"""),
            Put("item", "[2]", """{"id": 2, "code": "y", "note": "new"}"""),
            Put("item", "[3]", """{"id": 3, "code": "x", "note": "new"}"""),
            Put("item", "[4]", """{"id": 4, "code": "z", "note": "new"}""")];
        await (ahead ? engine.BatchAsync(changes) : engine.WindowAsync(changes));
        Assert.Equal(["1|a|old", "2|y|new", "4|z|new"], await engine.RowsAsync("SELECT id, code, note FROM item ORDER BY id"));
        Assert.Equal(["1", "3"], await KeysAsync(engine));
        Assert.All(
            await engine.LettersAsync(), l => Assert.Contains("column note holds another value", l, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(2, engine.Letters.Sum(l => l.Open));
    }

    [Fact]
    public async Task A_letter_of_such_a_row_is_settled_by_a_newer_version()
    {
        await using EngineHarness engine = await StartedAsync(ChangesNote);
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "code": "x", "note": "new"}"""));
        Assert.Equal(1, engine.Letters.Sum(l => l.Open));
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "code": "x", "note": "changed"}"""));
        Assert.Empty(engine.Letters);
        Assert.Equal(["1|x|changed"], await engine.RowsAsync("SELECT id, code, note FROM item WHERE id = 1"));
    }

    [Fact]
    public async Task A_trigger_of_another_table_that_changes_a_row_of_the_window_is_noticed()
    {
        await using EngineHarness engine = await StartedAsync(PartsChangeItemOne);
        await engine.WindowAsync(
            Put("item", "[1]", """{"id": 1, "code": "c", "note": "new"}"""),
            Put("item", "[2]", """{"id": 2, "code": "d", "note": "new"}"""),
            Put("part", "[7]", """{"id": 7, "note": "p"}"""));
        Assert.Equal(["2|d|new"], await engine.RowsAsync("SELECT id, code, note FROM item WHERE id = 2"));
        Assert.Equal(["1"], await KeysAsync(engine));
    }

    [Fact]
    public async Task A_trigger_that_leaves_the_rows_alone_is_in_the_way_of_none()
    {
        await using EngineHarness engine = await StartedAsync(Audits);
        await engine.WindowAsync(
            Put("item", "[1]", """{"id": 1, "code": "x", "note": null}"""),
            Put("item", "[5]", """{"id": 5, "code": null, "note": "new"}"""),
            Delete("item", "[2]"), Delete("item", "[77]"));
        Assert.Equal(["1|x|-", "5|-|new"], await engine.RowsAsync("SELECT id, code, note FROM item ORDER BY id"));
        Assert.Empty(engine.Letters);
        Assert.NotEmpty(await engine.RowsAsync("SELECT id FROM journal"));
    }

    [Fact]
    public async Task A_row_that_a_trigger_keeps_out_is_a_letter()
    {
        Assert.SkipWhen(KeepsOut is null, "a trigger of this target cannot leave a row out without an error");
        await using EngineHarness engine = await StartedAsync(KeepsOut!);
        await engine.WindowAsync(
            Put("item", "[1]", """{"id": 1, "code": "x", "note": "new"}"""),
            Put("item", "[2]", """{"id": 2, "code": "y", "note": "new"}"""),
            Put("item", "[3]", """{"id": 3, "code": "x", "note": "new"}"""));
        Assert.Equal(["1|a|old", "2|y|new"], await engine.RowsAsync("SELECT id, code, note FROM item ORDER BY id"));
        Assert.Equal(["1", "3"], await KeysAsync(engine));
    }

    [Fact]
    public async Task A_delete_that_a_trigger_leaves_undone_is_a_letter()
    {
        Assert.SkipWhen(KeepsTwo is null, "a trigger of this target cannot leave a delete undone without an error");
        await using EngineHarness engine = await StartedAsync(KeepsTwo!);
        await engine.WindowAsync(Delete("item", "[1]"), Delete("item", "[2]"), Delete("item", "[3]"));
        Assert.Equal(["2"], await engine.RowsAsync("SELECT id FROM item"));
        Assert.Equal(["2"], await KeysAsync(engine));
        Assert.Contains("still there after it was deleted", (await engine.LettersAsync())[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_are_there_already_and_deletes_of_rows_that_never_were_count_as_done()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE pair (a int, b int, PRIMARY KEY (a, b));
            INSERT INTO pair VALUES (1, 1);
            """);
        await engine.WindowAsync(
            Put("pair", "[1, 1]", """{"a": 1, "b": 1}"""), Put("pair", "[1, 2]", """{"a": 1, "b": 2}"""), Delete("pair", "[9, 9]"));
        Assert.Equal(["1|1", "1|2"], await engine.RowsAsync("SELECT a, b FROM pair ORDER BY b"));
        Assert.Empty(engine.Letters);
        // The first one finds out which part of the key is which column.
        Assert.Equal(["plain", "plain"], engine.Attempts);
    }

    private Task<EngineHarness> StartedAsync(string triggers) => StartAsync(
        fixture, Tables + triggers, s => s with { Tables = [.. s.Tables.Where(t => t.Source is "item" or "part")] });

    private static async Task<IEnumerable<string>> KeysAsync(EngineHarness engine) =>
        (await engine.ReasonsAsync()).Select(l => l.Key).Order(StringComparer.Ordinal);
}
