using Failback.Scripting;
using Failback.Scripting.Compiling;
using Failback.Scripting.Host;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Scripting;

/// <summary>Scripts that were written for the peer, and the examples of the documentation.</summary>
public sealed class ScriptPeerTests
{
    [Fact]
    public async Task What_cannot_run_is_refused_with_its_line()
    {
        ScriptCheck check = await CheckAsync(
            """
            import * as api from "cdc-sink@v1";
            api.setOptions({ parallelism: "4" });
            api.configureTable("a", { merge: api.standardMerge() });
            api.configureTable("b", { apply: async () => { await api.getTX().exec("DELETE FROM t"); } });
            api.configureTable("c", {
              exprs: { x: "$0 + 1" }, cas: ["v"], rowLimit: 5, ignore: { y: true },
            });
            api.configureSource("s", { dispatch: () => null });
            """);

        Assert.False(check.IsUsable);
        Assert.Equal([3, 4, 5, 5, 8], check.Problems.Where(p => p.IsError).Select(p => p.Line));
        Assert.Equal([2, 5], check.Problems.Where(p => !p.IsError).Select(p => p.Line));
    }

    [Theory]
    [InlineData("api.getTX().query('SELECT 1');", 3, "query")]
    [InlineData("const { exec } = api.getTX();", 3, "exec")]
    [InlineData("const tx = api.getTX();\n    tx.columns(); tx.query('SELECT 1');", 4, "query")]
    public async Task Sql_of_a_script_is_refused_wherever_it_is_written(string statement, int line, string name)
    {
        foreach (string module in (string[])["replicator@v1", "replicator@v2", "cdc-sink@v1"])
        {
            string table = module == "replicator@v2" ? "configureTargetTables(['t'], { onWrite:" : "configureTable('t', { apply:";
            ScriptCheck check = await CheckAsync(
                $"import * as api from '{module}';\napi.{table} async rows => {{\n    {statement}\n}} }});\n");

            ScriptProblem problem = Assert.Single(check.Problems);
            Assert.Equal((line, true, "script"), (problem.Line, problem.IsError, problem.Code));
            Assert.StartsWith($"getTX().{name}: ", problem.Message, StringComparison.Ordinal);
            Assert.False(check.IsUsable);
        }
    }

    [Fact]
    public async Task A_column_for_extras_is_part_of_the_plan()
    {
        ScriptCheck check = await CheckAsync(
            "import * as api from 'replicator@v1';\napi.configureTable('t', { extras: 'more' });\napi.configureTable('u', { extras: 7 as "
                + "any });\n");

        Assert.Equal("more", check.Plan.Tables[0].Extras);
        Assert.Equal(3, Assert.Single(check.Problems).Line);
    }

    [Fact]
    public async Task Maps_and_delete_keys_run_as_they_are()
    {
        using Userscript script = await Scripts.LoadAsync(
            """
            import * as api from "replicator@v1";
            api.configureTable("hr.t", { map: (doc, meta) => doc.skip ? null : { ...doc, n: Number(doc.id) * 2 }, deleteKey: key => key[0] === "9" ? null : [String(Number(key[0]) * 2)] });
            api.configureTable("late", { deadlines: { at: "1h30m" } });
            """);

        Assert.Equal("-", (await script.TableAsync("t", Scripts.Upsert("""{"id": 1, "skip": true}"""))).Text());
        Assert.Equal("""upsert {"id":1,"n":2}""", (await script.TableAsync("t", Scripts.Upsert("""{"id": 1}"""))).Text());
        Assert.Equal("""delete ["10"]""", (await script.TableAsync("t", Scripts.Delete("[5]"))).Text());
        Assert.Equal("-", (await script.TableAsync("t", Scripts.Delete("[9]"))).Text());
        Assert.Equal("-", (await script.TableAsync("late", Scripts.Upsert("""{"at": "2020-01-01T00:00:00Z"}"""))).Text());
        Assert.Equal("=", (await script.TableAsync("late", Scripts.Upsert("""{"at": "2120-01-01T00:00:00Z"}"""))).Text());
        Assert.Equal("=", (await script.TableAsync("other", Scripts.Upsert("""{"id": 1}"""))).Text());
    }

    [Theory]
    [InlineData("rename-tables.ts", "staff", """employees upsert {"id": 1}""", "employees delete {\"id\":1}")]
    [InlineData(
        "fan-out.ts", "people", """names upsert {"id":1,"name":"ann"} + addresses upsert {"id":1,"city":"x"}""",
        "names delete {\"id\":1} + addresses delete {\"id\":1}")]
    [InlineData(
        "conditional-routing.ts", "sales", """sales_eu upsert {"id": 1, "region": "eu"}""",
        "sales_eu delete {\"id\":1} + sales_us delete {\"id\":1}")]
    public async Task Examples_route_rows_and_deletes(string file, string table, string upsert, string delete)
    {
        string row = table switch
        {
            "people" => """{"id": 1, "name": "ann", "city": "x"}""",
            "sales" => """{"id": 1, "region": "eu"}""",
            _ => """{"id": 1}"""
        };
        using Userscript script = await Scripts.LoadAsync(await ReadAsync(file));

        Assert.Equal(upsert, (await script.SourceAsync(table, Scripts.Upsert(row))).Text());
        Assert.Equal(delete, (await script.SourceAsync(table, Scripts.Delete("[1]"))).Text());
        Assert.Equal("=", (await script.SourceAsync("another", Scripts.Upsert(row))).Text());
    }

    [Fact]
    public async Task Every_example_can_be_activated()
    {
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "docs", "guide", "userscripts"), "*.ts");
        Assert.True(files.Length >= 7, $"{files.Length} examples");
        foreach (string file in files)
        {
            ScriptCheck check = await CheckAsync(await ReadAsync(Path.GetFileName(file)));
            Assert.True(check.Problems.Count == 0, $"{file}: {string.Join('\n', check.Problems)}");
        }
    }

    private static Task<ScriptCheck> CheckAsync(string source) =>
        ScriptCheck.OfAsync(source, new ScriptLimits(), TestContext.Current.CancellationToken);

    private static Task<string> ReadAsync(string file) =>
        File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "guide", "userscripts", file), TestContext.Current.CancellationToken);
}
