using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>What the documents name is there.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class DocumentTests
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    [Fact]
    public void The_walk_of_a_mutation_leads_through_files_that_exist()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "design", "architecture.md"));
        string[] files = [.. PathInBackticks().Matches(Section(text, "## The walk of one mutation")).Select(m => m.Groups["path"].Value)];
        Assert.True(files.Length >= 8, $"the walk names {files.Length} files");
        Assert.All(files, path =>
        {
            var file = new FileInfo(Path.Combine(Repository.Root, path));
            Assert.True(file.Exists && file.Length > 0, $"{path} is missing or empty");
        });
    }

    [Fact]
    public void The_two_commands_of_the_readme_can_be_run()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string[] commands = [.. CommandLine().Matches(Section(text, "## Try it")).Select(m => m.Groups["file"].Value)];
        Assert.Equal(["run.sh", "test.sh"], commands);
        Assert.All(commands, file =>
        {
            UnixFileMode mode = File.GetUnixFileMode(Path.Combine(Repository.Root, file));
            Assert.True(mode.HasFlag(Executable), $"{file} is {mode}");
        });
    }

    [Fact]
    public void Every_test_that_the_comparison_names_exists()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "design", "compatibility.md"));
        (string Class, string Method)[] named = [
            .. NamedTest().Matches(page).Select(m => (m.Groups["class"].Value, m.Groups["method"].Value)).Distinct()];
        Assert.True(named.Length > 50, $"the page names {named.Length} tests");
        Dictionary<string, string> sources = Directory.EnumerateFiles(
            Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).DistinctBy(Path.GetFileNameWithoutExtension)
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path), File.ReadAllText, StringComparer.Ordinal);
        Assert.All(named, test => Assert.Contains($" {test.Method}(", sources.GetValueOrDefault(test.Class, ""), StringComparison.Ordinal));
    }

    /// <summary>The text below a heading, up to the next one of its level.</summary>
    private static string Section(string text, string heading)
    {
        int start = text.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"there is no '{heading}'");
        int end = text.IndexOf("\n## ", start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    [GeneratedRegex("`(?<path>[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+)`")]
    private static partial Regex PathInBackticks();

    [GeneratedRegex("`(?<class>[A-Za-z]+(Tests|Suite))\\.(?<method>[A-Za-z0-9_]+)`")]
    private static partial Regex NamedTest();

    [GeneratedRegex(@"^\./(?<file>\S+)$", RegexOptions.Multiline)]
    private static partial Regex CommandLine();
}
