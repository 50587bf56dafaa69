using System.Runtime.InteropServices;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Published;

/// <summary>
/// An installation that lacks a file of userscripts says so with the next step, as a fault of its own and not of the script.
/// </summary>
public sealed class MissingFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("failback-missing-").FullName;

    private static string Architecture => RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    [Fact]
    public async Task A_missing_file_is_told_with_a_remedy()
    {
        PublishedProgram cli = PublishedProgram.Find("cli");
        Copy(cli.Folder, _folder);
        string script = Path.Combine(Repository.Root, "docs", "guide", "userscripts", "fan-out.ts");
        Assert.Equal(0, (await cli.RunAsync(["script", "check", script], folder: _folder)).ExitCode);

        foreach ((string file, string what) in ((string, string)[])
        [
            ("Failback.Scripting.deps.json", "the process in which userscripts run does not start"),
            ("Failback.Scripting.runtimeconfig.json", "the process in which userscripts run does not start"),
            ("ClearScript.V8.dll", "the process in which userscripts run does not start"),
            ($"runtimes/linux-{Architecture}/native/ClearScriptV8.linux-{Architecture}.so",
                "the process in which userscripts run does not start"),
            ("typescript/tsc", "the compiler of userscripts does not start"),
            ("typescript/lib.es2023.d.ts", "the compiler of userscripts does not start"),
            ("typescript/lib.d.ts", "the compiler of userscripts does not start"),
        ])
        {
            string path = Path.Combine(_folder, file);
            File.Move(path, path + ".away");
            (int code, string text) = await cli.RunAsync(["script", "check", script], folder: _folder);
            File.Move(path + ".away", path);

            Assert.True(code == 1, $"{file}: {code} {text}");
            Assert.StartsWith(what, text, StringComparison.Ordinal);
            Assert.Contains("install the program as it was published", text, StringComparison.Ordinal);
            Assert.DoesNotContain("\n   at ", text, StringComparison.Ordinal);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Copy(string from, string to)
    {
        foreach (string folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }
}
