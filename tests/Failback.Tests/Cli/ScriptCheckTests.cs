using System.Diagnostics;
using System.Text.Json;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Cli;

/// <summary><c>failback script check FILE</c> as an operator runs it: what it prints, and its exit code.</summary>
public sealed class ScriptCheckTests : IDisposable
{
    private const string Import = "import * as api from \"replicator@v1\";\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("failback-script-check-").FullName;

    [Fact]
    public async Task A_good_script_is_told_what_it_configures()
    {
        string file = Path.Combine(Repository.Root, "docs", "guide", "userscripts", "fan-out.ts");

        (int code, string text) = await CheckAsync(file);

        Assert.Equal((0, $"{file}:4 source public.people\nit can be activated\n"), (code, text));
    }

    [Fact]
    public async Task Each_refusal_has_its_line()
    {
        string file = Write(
            Import
            + """
            api.configureTable("a", { merge: api.standardMerge() });
            api.configureTable("b", { cas: ["v"] });
            api.configureTable("c", { exprs: { x: "$0 + 1" } });
            api.configureTable("d", {
              apply: async ops => {
                await api.getTX().exec("DELETE FROM d");
                await api.getTX().apply(ops);
              },
            });
            api.configureTable("e", { extras: "" });
            api.configureTable("e", {});
            api.setOptions({ parallelism: "4" });
            """);

        (int code, string text) = await CheckAsync(file);

        Assert.Equal(1, code);
        string[] lines = text.Split('\n');
        foreach (
            (int line, string what) in ((int, string)[])[
                (2, "merge reads the target row"), (3, "cas compares"), (4, "exprs are SQL"), (7, "getTX().exec"),
                (11, "extras must be the name"), (12, "configured twice")])
            Assert.Contains(
                lines, said => said.StartsWith($"{file}:{line}:", StringComparison.Ordinal)
                && said.Contains(" error script: ", StringComparison.Ordinal) && said.Contains(what, StringComparison.Ordinal));
        Assert.Contains(
            lines, said => said.StartsWith($"{file}:13:", StringComparison.Ordinal) && said.Contains("warning", StringComparison.Ordinal));
        Assert.Equal(7, lines.Count(said => said.Contains(" script: ", StringComparison.Ordinal)));
        Assert.Contains("it cannot be activated", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api.configureTable('t', {\n", 3, "TS1")]
    [InlineData("import * as fs from \"fs\";\nfs.readFileSync(\"/etc/passwd\");\n", 2, "there is no module \"fs\"")]
    public async Task What_does_not_compile_or_load_is_refused_with_its_line(string source, int line, string what)
    {
        string file = Write(Import + source);

        (int code, string text) = await CheckAsync(file);

        Assert.Equal(1, code);
        Assert.Contains(
            text.Split('\n'), said => said.StartsWith($"{file}:{line}:", StringComparison.Ordinal)
            && said.Contains(what, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_is_to_be_had_as_json()
    {
        string file = Write(
            Import + "api.configureTable('t', { apply: ops => api.getTX().apply(ops) });\napi.configureTable('u', { cas: ['v'] });\n");

        (int code, string text) = await CheckAsync(file, "--output", "json");

        Assert.Equal(1, code);
        JsonElement answer = JsonDocument.Parse(text).RootElement;
        Assert.False(answer.GetProperty("usable").GetBoolean());
        Assert.Equal(3, answer.GetProperty("problems")[0].GetProperty("line").GetInt32());
        Assert.True(answer.GetProperty("tables")[0].GetProperty("batches").GetBoolean());
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_wrong_command_line() =>
    Assert.Equal(2, (await CheckAsync(Path.Combine(_folder, "none.ts"))).Code);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string source)
    {
        string file = Path.Combine(_folder, "script.ts");
        File.WriteAllText(file, source);
        return file;
    }

    private static async Task<(int Code, string Text)> CheckAsync(string file, params string[] options)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Repository.ServiceDll("Failback.Cli", "failback"), "script", "check", file, .. options])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await errors;
        return (process.ExitCode, text);
    }
}
