using Failback.Scripting;
using Failback.Scripting.Compiling;
using Xunit;

namespace Failback.Tests.Scripting;

/// <summary>A script reaches nothing but its rows.</summary>
public sealed class ScriptSandboxTests(ScriptSandboxTests.Loaded loaded) : IClassFixture<ScriptSandboxTests.Loaded>
{
    private readonly Userscript _script = loaded.Script;

    public sealed class Loaded() : ScriptFixture(
        """
        import * as api from "failback@v1";
        const g: any = globalThis;
        const tries: { [name: string]: () => any } = {
          globals: () => Object.getOwnPropertyNames(g).filter(n => /^(process|require|host|clr|xHost|Deno|Bun|fetch|XMLHttpRequest|WebSocket|Worker|setTimeout|setInterval|queueMicrotask|WebAssembly|SharedArrayBuffer|Atomics|eval|Function|gc|System|mscorlib|lib)$/.test(n)).join(),
          eval: () => typeof g.eval,
          func: () => (() => {}).constructor,
          asyncFunc: () => (async () => {}).constructor,
          generator: () => (function* () {}).constructor,
          objectConstructor: () => ({} as any).constructor.constructor,
          apiConstructor: () => (api.table as any).constructor,
          errorConstructor: () => { try { null!.x; } catch (e: any) { return e.constructor.constructor; } },
          hostObjects: () => [api, console].map((o: any) => Object.getPrototypeOf(o) === Object.prototype || Object.getPrototypeOf(o) === null).join(),
          toHost: () => typeof (api as any).GetType + typeof (console as any).GetType + typeof (api.table as any).GetType,
          process: () => typeof g.process + typeof g.require + typeof g.module,
          realm: () => { const p = Object.getPrototypeOf; let f: any = api.randomUUID; return p(p(f)) === Object.prototype; },
        };
        api.table("try", { upsert: row => ({ r: String(tries[row.what]()) }) });
        api.table("register", { upsert: row => { api.table("late", {}); return row; } });
        api.table("state", { upsert: row => { g.count = (g.count ?? 0) + 1; return { n: g.count }; } });
        """);

    [Theory]
    [InlineData("globals", "")]
    [InlineData("eval", "undefined")]
    [InlineData("func", "undefined")]
    [InlineData("asyncFunc", "undefined")]
    [InlineData("generator", "undefined")]
    [InlineData("objectConstructor", "undefined")]
    [InlineData("apiConstructor", "undefined")]
    [InlineData("errorConstructor", "undefined")]
    [InlineData("hostObjects", "true,true")]
    [InlineData("toHost", "undefinedundefinedundefined")]
    [InlineData("process", "undefinedundefinedundefined")]
    [InlineData("realm", "true")]
    public async Task No_way_leads_out(string attempt, string expected) =>
        Assert.Equal(
            $$"""upsert {"r":"{{expected}}"}""", (await _script.TableAsync("try", Scripts.Upsert($$"""{"what": "{{attempt}}"}"""))).Text());

    [Fact]
    public async Task Tables_are_configured_while_the_script_is_loaded_only() =>
        Assert.Contains(
            "not by its handlers", (await _script.TableAsync("register", Scripts.Upsert("{}"))).Error?.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("import * as fs from 'fs'; fs;", "there is no module \"fs\"")]
    [InlineData("import * as x from './other'; x;", "there is no module \"./other\"")]
    [InlineData("import * as x from 'https://example.com/x.js'; x;", "there is no module \"https://example.com/x.js\"")]
    [InlineData("declare const require: any;\nrequire('child_process');", "there is no module \"child_process\"")]
    public async Task Nothing_but_the_api_can_be_imported(string source, string expected)
    {
        using Userscript other = await Scripts.LoadAsync(source);

        ScriptProblem problem = Assert.Single(other.Plan.Problems, p => p.IsError);
        Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
        Assert.Equal(source.Count(c => c == '\n') + 1, problem.Line);
    }

    [Fact]
    public async Task A_dynamic_import_does_not_succeed()
    {
        using Userscript other = await Scripts.LoadAsync(
            """
            import * as api from "failback@v1";
            let outcome = "pending";
            import("fs").then(() => { outcome = "loaded"; }, (e: any) => { outcome = String(e.message).slice(0, 23); });
            api.table("t", { upsert: () => ({ outcome }) });
            """);

        Assert.Contains("there is no module", (await other.TableAsync("t", Scripts.Upsert("{}"))).Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_one_load_see_what_earlier_ones_left_and_a_new_load_does_not()
    {
        await _script.TableAsync("state", Scripts.Upsert("{}"));
        string second = (await _script.TableAsync("state", Scripts.Upsert("{}"))).Text();
        Assert.Equal("""upsert {"n":2}""", second);
    }

    [Fact]
    public async Task Console_lines_are_handed_out_for_tests()
    {
        using Userscript other = await Scripts.LoadAsync(
            "import * as api from 'failback@v1';\napi.table('t', { upsert: row => { console.log('row', row); return row; } });");
        await other.TableAsync("t", Scripts.Upsert("{\"id\": 5}"));
        Assert.Equal(["row {\"id\":\"5\"}"], other.TakeConsole());
        Assert.Empty(other.TakeConsole());
    }
}
