using Failback.Scripting;
using Failback.Scripting.Compiling;
using Xunit;

namespace Failback.Tests.Scripting;

public sealed class ScriptCompilerTests
{
    [Fact]
    public async Task Types_enums_and_interfaces_are_gone_from_what_runs()
    {
        CompiledScript compiled = await CompileAsync(
            """
            import * as api from "failback@v1";
            interface Order { id: string; total: string }
            enum State { Open = "open", Closed = "closed" }
            api.table("orders", { upsert: (row) => ({ ...row, state: State.Open satisfies string }) as api.Row });
            """);

        Assert.Empty(compiled.Problems);
        Assert.DoesNotContain("interface", compiled.JavaScript, StringComparison.Ordinal);
        Assert.DoesNotContain("satisfies", compiled.JavaScript, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("const a = ;", 1, 11)]
    [InlineData("let x = 1;\n\n\nfunction f( {\n}\n", 6, 1)]
    [InlineData("import * as api from 'failback@v1';\n\napi.table('t', {\n  upsert: row => { return row;\n});\n", 5, 2)]
    public async Task What_is_no_TypeScript_is_an_error_with_line_and_column(string source, int line, int column)
    {
        CompiledScript compiled = await CompileAsync(source);

        ScriptProblem error = compiled.Problems.First(p => p.IsError);
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.StartsWith("TS1", error.Code, StringComparison.Ordinal);
        Assert.False(compiled.IsUsable);
        Assert.Empty(compiled.JavaScript);
    }

    [Fact]
    public async Task What_only_the_types_object_to_is_a_warning()
    {
        CompiledScript compiled = await CompileAsync("import * as api from 'failback@v1';\nconst n: number = 'text';\napi.table(3, {});\n");

        Assert.True(compiled.IsUsable);
        Assert.Equal([2, 3], compiled.Problems.Select(p => p.Line));
        Assert.All(compiled.Problems, p => Assert.Equal("warning", p.Severity));
    }

    [Fact]
    public async Task The_compiler_reads_no_file_that_a_script_names()
    {
        string secret = Path.Combine(Path.GetTempPath(), $"failback-{Guid.NewGuid():N}.ts");
        await File.WriteAllTextAsync(secret, "let hunter2 = ;\n", TestContext.Current.CancellationToken);
        try
        {
            CompiledScript compiled = await CompileAsync(
                $"/// <reference path=\"{secret}\" />\nimport x from '{secret}';\nimport y = require('/etc/passwd');\nconsole.log(x, "
                    + $"y);\n");

            Assert.DoesNotContain(compiled.Problems, p => p.Message.Contains("hunter2", StringComparison.Ordinal) || p.IsError);
            Assert.DoesNotContain("hunter2", compiled.JavaScript, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public async Task Lines_of_what_runs_lead_back_to_the_source()
    {
        const string Source =
            """
            import * as api from "failback@v1";


            enum A { X, Y }

            type Gone = {
              a: string;
            };

            api.table("orders", {
              upsert(row: api.Row, meta: api.Meta): api.Row {
                if (row.id === "2") {
                  throw new Error("no such order");
                }
                return row.missing.name;
              },
            });
            """;
        using Userscript script = await Scripts.LoadAsync(Source);

        Assert.Equal("!13 no such order", (await script.TableAsync("orders", Scripts.Upsert("{\"id\": 2}"))).Text());
        Assert.Equal(
            "!15 TypeError: Cannot read properties of undefined (reading 'name')",
            (await script.TableAsync("orders", Scripts.Upsert("{\"id\": 3}"))).Text());
        Assert.Equal(10, Assert.Single(script.Plan.Tables).Line);
    }

    private static Task<CompiledScript> CompileAsync(string source) =>
        ScriptCompiler.CompileAsync(source, TestContext.Current.CancellationToken);
}
