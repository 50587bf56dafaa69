using Failback.Scripting.Batches;
using Failback.Scripting;
using Failback.Scripting.Host;
using Xunit;

namespace Failback.Tests.Scripting;

/// <summary>A handler returns what the interface says; anything else is an error of its row that names it, and loses nothing.</summary>
public sealed class ScriptAnswerTests(ScriptAnswerTests.Answers answers) : IClassFixture<ScriptAnswerTests.Answers>
{
    private const string Row = """{"id":1,"name":"a"}""";
    private const string Wanted = "a handler must return a row or null";
    private const string Nothing = "a handler returned nothing: it must return a row or null";
    private const string Half = "holds half of a surrogate pair, which no database keeps";

    [Theory]
    [InlineData("nothing", Nothing)]
    [InlineData("generator", Wanted)]
    [InlineData("map", Wanted)]
    [InlineData("date", Wanted)]
    [InlineData("error", Wanted)]
    [InlineData("text", Wanted)]
    [InlineData("number", Wanted)]
    [InlineData("truth", Wanted)]
    [InlineData("list", Wanted)]
    [InlineData("function", Wanted)]
    [InlineData("promise", "a handler must not be async")]
    [InlineData("empty", "a handler returned a row without columns: to drop it, return null")]
    [InlineData("half", "column \"name\" " + Half)]
    [InlineData("halfInside", "\"deep\" " + Half)]
    [InlineData("halfName", "a name " + Half)]
    [InlineData("halfThrown", "bad \ufffd")]
    [InlineData("hostile", "the script threw something that cannot be read")]
    [InlineData("hostileStack", "the script threw something that cannot be read")]
    public async Task What_is_no_row_is_an_error(string table, string message) =>
        Assert.Equal(message, (await answers.Script.TableAsync(table, Scripts.Upsert(Row))).Error?.Message);

    [Theory]
    [InlineData("nothing", "a handler returned nothing: it must return a row, rows by table, or null")]
    [InlineData("generator", "a handler must return a row, rows by table, or null")]
    [InlineData("map", "a handler must return a row, rows by table, or null")]
    [InlineData("million", "a row was made into more than 10000 rows")]
    [InlineData("half", "column \"name\" " + Half)]
    public async Task What_names_no_rows_is_an_error(string table, string message) =>
        Assert.Equal(message, (await answers.Script.SourceAsync("s_" + table, Scripts.Upsert(Row))).Error?.Message);

    [Theory]
    [InlineData("nothing", "a handler returned nothing: it must return a row or null")]
    [InlineData("keys", "a handler returned nothing: it must return a key or null")]
    public async Task A_delete_is_not_dropped_by_a_handler_that_returns_nothing(string table, string message) =>
        Assert.Equal(message, (await answers.Script.TableAsync("d_" + table, Scripts.Delete())).Error?.Message);

    [Theory]
    [InlineData("dropped", "-")]
    [InlineData("kept", "=")]
    public async Task What_the_interface_allows_is_no_error(string table, string outcome) =>
        Assert.Equal(outcome, (await answers.Script.TableAsync(table, Scripts.Upsert(Row))).Text());

    [Theory]
    [InlineData("Map.prototype.get = () => { throw 1; }; Map.prototype.values = () => { throw 1; }")]
    [InlineData("Array.prototype.map = function () { return ['x', 'y']; }")]
    [InlineData("Array.prototype.join = () => '{'")]
    [InlineData("String.prototype.slice = () => 'x'; String.prototype.indexOf = () => 0")]
    [InlineData("Object.prototype.toString = () => { throw 1; }; Object.defineProperty(Object.prototype, 'stack', { get() { throw 1; } })")]
    [InlineData("Symbol.iterator in [] && (Array.prototype[Symbol.iterator] = () => { throw 1; })")]
    [InlineData("RegExp.prototype.exec = () => { throw 1; }; Error.prepareStackTrace = () => { throw 1; }")]
    public async Task A_script_that_changes_its_surroundings_stands_still_and_nothing_else_fails(string change)
    {
        try
        {
            using Userscript script = await Scripts.LoadAsync(
                $"import {{ table }} from 'failback@v1'; table('a', {{ upsert: (row: any) => {{ row.b = 1; return row; }} }}); {change};");
            ScriptOutcome outcome = await script.TableAsync("a", Scripts.Upsert(Row));
            Assert.True(outcome.Error is not null || outcome.Rows.Count == 1, "neither an error nor the row");
        }
        catch (ScriptLimitException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }

    public sealed class Answers() : ScriptFixture(
        """
        import { table, source } from "failback@v1";
        import { configureTable } from "replicator@v1";
        const each = (name: string, upsert: any) => table(name, { upsert });
        each("nothing", () => { });
        each("generator", function* (row: any) { yield row; });
        each("map", () => new Map([["id", 1]]));
        each("date", () => new Date());
        each("error", () => new Error("x"));
        each("text", () => "row");
        each("number", () => 1);
        each("truth", () => true);
        each("list", (row: any) => [row]);
        each("function", () => () => 1);
        each("promise", async (row: any) => row);
        each("empty", () => ({}));
        each("half", (row: any) => { row.name = "\ud800"; return row; });
        each("halfInside", (row: any) => { row.name = { deep: "\udc00x" }; return row; });
        each("halfName", (row: any) => { row["\ud800"] = 1; return row; });
        each("halfThrown", () => { throw new Error("bad \ud800"); });
        each("hostile", () => { throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } }); });
        each("hostileStack", () => { const e = new Error("x"); Object.defineProperty(e, "stack", { get() { throw 1; } }); throw e; });
        each("dropped", () => null);
        each("kept", (row: any) => row);
        source("s_nothing", { upsert: (() => { }) as any });
        source("s_generator", { upsert: (function* (row: any) { yield row; }) as any });
        source("s_map", { upsert: (() => new Map()) as any });
        source("s_million", { upsert: (row: any) => ({ a: new Array(1e6).fill(row) }) });
        source("s_half", { upsert: (row: any) => ({ ...row, name: "\ud800" }) });
        table("d_nothing", { remove: (() => { }) as any });
        configureTable("d_keys", { deleteKey: (() => { }) as any });
        """);
}
