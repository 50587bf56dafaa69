using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using System.Text.RegularExpressions;
using Failback.Testing.Documents;

namespace Failback.EndToEnd.Tests.Documents;

/// <summary>The commands of one page, run one after the other in one shell, as a reader pastes them.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed partial class PageRun(MarkdownPage page, DocumentedStackFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(80);

    /// <summary>Databases that the page makes.</summary>
    public IReadOnlyList<string> Databases =>
        [.. page.Commands.SelectMany(block => MadeDatabase().Matches(block.Text)).Select(match => match.Groups["name"].Value)
            .Distinct(StringComparer.Ordinal)];

    /// <summary>Runs them.</summary>
    /// <returns>Null, or which block failed, and what it said.</returns>
    public async Task<string?> RunAsync()
    {
        string script = Path.Combine(fixture.Checkout, $"{page.Path.Replace('/', '-')}.sh");
        await File.WriteAllTextAsync(script, Script());
        var start = new ProcessStartInfo("bash", [script])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = fixture.Checkout,
        };
        start.Environment["PSQLRC"] = "/dev/null";
        start.Environment["PAGER"] = "cat";
        using Process shell = Process.Start(start)!;
        shell.StandardInput.Close();
        var said = new StringBuilder();
        Task reading = Task.WhenAll(ReadAsync(shell.StandardOutput, said), ReadAsync(shell.StandardError, said));
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await shell.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            shell.Kill(entireProcessTree: true);
            await reading;
            return $"{page.Path} is not through after {Patience.TotalSeconds} s:\n{said}";
        }

        await reading;
        return shell.ExitCode == 0 ? null : $"{page.Path} ended with exit code {shell.ExitCode}:\n{said}";
    }

    // A command that fails ends the page, and its block is named.
    private string Script()
    {
        var script = new StringBuilder("set -eo pipefail\ntrap 'echo \"the block of line $BLOCK failed\" >&2' ERR\n");
        foreach (CodeBlock block in page.Commands)
            script.Append("BLOCK=").Append(block.Line).Append("\necho \"--- line $BLOCK\"\n").Append(block.Text);
        return script.ToString();
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder said)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (said) said.AppendLine(line);
        }
    }

    [GeneratedRegex(@"CREATE DATABASE (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MadeDatabase();
}
