using System.Diagnostics;
using System.Text.RegularExpressions;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>
/// Every call of <c>run.sh</c> that documents, scripts and continuous integration make is one that it takes: its own check of arguments
/// is asked, nothing is started.
/// </summary>
public sealed partial class StackCommandTests
{
    private static readonly string[] Folders = ["docs", "deploy", "tests", ".ci"];

    private static readonly string[] Readers = [".md", ".sh", ".yml", ""];

    public static TheoryData<string> Calls
    {
        get
        {
            IEnumerable<string> files = Folders
                .SelectMany(folder =>
                    Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
                .Where(path => Readers.Contains(Path.GetExtension(path)) && !Built().IsMatch(path))
                .Append(Path.Combine(Repository.Root, "README.md"))
                .Append(Path.Combine(Repository.Root, "run.sh"));
            return [.. files.SelectMany(path => Call().Matches(File.ReadAllText(path)))
                .Select(match => match.Groups["arguments"].Value.Trim()).Distinct().Order()];
        }
    }

    [Fact]
    public void Calls_are_found()
    {
        string[] calls = [.. Calls.Select(row => row.Data)];
        Assert.Contains("", calls);
        Assert.Contains("up", calls);
        Assert.Contains("demo userscripts", calls);
        Assert.Contains("down --purge", calls);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Every_call_in_documents_and_scripts_is_taken(string arguments)
    {
        (int exitCode, string errors) = await CheckAsync(arguments);
        Assert.True(exitCode == 0, $"./run.sh {arguments}: {errors}");
    }

    [Theory]
    [InlineData("demo --fast")]
    [InlineData("demo userscripts twice")]
    [InlineData("up now")]
    [InlineData("scale sink")]
    public async Task A_typing_error_is_refused(string arguments) => Assert.Equal(2, (await CheckAsync(arguments)).ExitCode);

    private static async Task<(int ExitCode, string Errors)> CheckAsync(string arguments)
    {
        const string script = "set -eu; . deploy/native/lib.sh; . deploy/run/arguments.sh; usage() { :; }; check_arguments \"$@\"";
        var start = new ProcessStartInfo(
            "bash", ["-c", script, "run.sh", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, errors);
    }

    // Words of a call end where the command line of prose or of a shell does.
    [GeneratedRegex(
        """
        \./run\.sh(?<arguments>(?: (?:--)?[a-z][a-z-]*(?:=[0-9]+)?(?=[ \n`'")|;,.]|$))*)(?=$|[\n`'")|;]| [|&;<#])
        """,
        RegexOptions.Multiline)]
    private static partial Regex Call();

    [GeneratedRegex(@"[/\\](?:bin|obj|node_modules|artifacts)[/\\]")]
    private static partial Regex Built();
}
