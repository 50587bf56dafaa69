using System.Diagnostics;
using Failback.Scripting;
using Failback.Scripting.Batches;
using Failback.Scripting.Compiling;
using Failback.Scripting.Host;
using Xunit;

namespace Failback.Tests.Scripting;

/// <summary>Whatever a script does, the service lives on and says what it was.</summary>
public sealed class ScriptLimitTests
{
    private const string Source =
        """
        import * as api from "failback@v1";
        api.table("endless", { upsert: row => { while (true) {} return row; } });
        api.table("endless_in_try", { upsert: row => { while (true) { try { while (true) {} } catch {} } return row; } });
        api.table("endless_in_finally", { upsert: row => { (function again(): void { try { again(); } finally { again(); } })(); return row; } });
        api.table("regular_expression", { upsert: row => { /^(a+)+$/.test('a'.repeat(50) + 'b'); return row; } });
        api.table("arrays", { upsert: row => { const all: any[] = []; while (true) all.push(new Array(1e6).fill(1)); return row; } });
        api.table("map", { upsert: row => { const all = new Map(); for (let i = 0; ; i++) all.set(i, { i }); return row; } });
        api.table("strings", { upsert: row => { const all: string[] = []; while (true) all.push('x'.repeat(1e6) + all.length); return row; } });
        api.table("half_a_billion_parts", { upsert: row => { 'x'.repeat(5e8).split(''); return row; } });
        api.table("promises", { upsert: row => { const next = (): any => Promise.resolve().then(next); next(); return row; } });
        api.table("deep", { upsert: row => { const f = (): number => f() + 1; f(); return row; } });
        api.table("long_string", { upsert: row => { let s = 'x'; while (true) s += s; return row; } });
        api.table("buffers", { upsert: row => { const all: any[] = []; while (true) all.push(new ArrayBuffer(5e7)); return row; } });
        api.table("parser", { upsert: row => { JSON.parse('nonsense with a secret'); return row; } });
        api.table("unreadable", { upsert: row => { throw { toString() { throw 1; } }; return row; } });
        api.table("nothing", { upsert: row => { throw undefined; return row; } });
        """;

    private static readonly ScriptLimits Small = new() { Time = TimeSpan.FromSeconds(2), MemoryBytes = 64L << 20 };
    private static readonly Lazy<Task<CompiledScript>> Compiled = new(() => ScriptCompiler.CompileAsync(Source, CancellationToken.None));

    [Theory]
    [InlineData("endless")]
    [InlineData("endless_in_try")]
    [InlineData("endless_in_finally")]
    [InlineData("regular_expression")]
    [InlineData("arrays")]
    [InlineData("map")]
    [InlineData("strings")]
    [InlineData("half_a_billion_parts")]
    [InlineData("promises")]
    public async Task A_script_that_takes_too_much_is_ended_and_nobody_else(string table)
    {
        using Userscript script = await LoadAsync();
        long started = Stopwatch.GetTimestamp();

        var e = await Assert.ThrowsAsync<ScriptLimitException>(() => script.TableAsync(table, Scripts.Upsert("{}")));

        Assert.NotEmpty(e.Message);
        Assert.False(script.IsUsable);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("deep", "RangeError: Maximum call stack size exceeded")]
    [InlineData("long_string", "RangeError: Invalid string length")]
    [InlineData("buffers", "RangeError: Array buffer allocation failed")]
    [InlineData("parser", "SyntaxError: the text could not be read")]
    [InlineData("unreadable", "the script threw something that is no error")]
    [InlineData("nothing", "the script threw something that is no error")]
    public async Task What_the_engine_refuses_is_an_error_of_the_row(string table, string expected)
    {
        using Userscript script = await LoadAsync();

        Assert.Equal(expected, (await script.TableAsync(table, Scripts.Upsert("{}"))).Error?.Message);
        Assert.Equal(expected, (await script.TableAsync(table, Scripts.Upsert("{}"))).Error?.Message);
    }

    [Fact]
    public async Task A_script_that_never_finishes_loading_is_ended() =>
        Assert.Contains(
            "takes longer", (await Assert.ThrowsAsync<ScriptLimitException>(() => Scripts.LoadAsync("while (true) {}", Small))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task Large_batches_go_over_in_portions()
    {
        using Userscript script = await Scripts.LoadAsync(
            "import * as api from 'failback@v1';\napi.table('t', { upsert: row => row.id === '7' ? null : row.id === '8' ? { id: 'x' } : "
                + "row });", new ScriptLimits { BatchRows = 10, BatchBytes = 200 });

        IReadOnlyList<ScriptOutcome> outcomes = await script.RunAsync(
            ScriptStage.Table,
            Scripts.Batch(
                "t", [.. Enumerable.Range(0, 95).Select(i => Scripts.Upsert($$"""{"id": {{i}}, "text": "{{new string('y', i)}}"}"""))]),
                TestContext.Current.CancellationToken);

        Assert.Equal(95, outcomes.Count);
        Assert.Equal([7], Enumerable.Range(0, 95).Where(i => outcomes[i].IsDropped));
        Assert.Equal("""upsert {"id":"x"}""", outcomes[8].Text());
        Assert.Equal(93, outcomes.Count(o => o.IsUnchanged));
    }

    private static async Task<Userscript> LoadAsync() =>
        await Userscript.LoadAsync((await Compiled.Value).ToSpec(1), Small, TestContext.Current.CancellationToken);
}
