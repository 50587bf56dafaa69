using System.Text.RegularExpressions;
using Failback.Testing.Documents;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>No page leads nowhere, and no command in README and guide hides from the test that runs them.</summary>
public sealed partial class MarkdownTests
{
    private static readonly string[] Languages = ["sh", "json", "yaml", "sql", "ts", "text"];

    public static TheoryData<string> Pages => [.. MarkdownPage.All().Select(page => page.Path)];

    /// <summary>Pages whose commands are run.</summary>
    public static TheoryData<string> PagesWithCommands => [.. MarkdownPage.All().Select(page => page.Path).Where(IsForUsers)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_to_files_and_headings_that_exist(string path)
    {
        MarkdownPage page = MarkdownPage.Read(path);
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, path))!;
        string[] dead = [.. page.Links.Where(link => !Leads(page, folder, link))];
        Assert.Equal([], dead);
        Assert.Equal(
            [], page.NamedPages.Where(
                name => !File.Exists(Path.Combine(folder, name)) && !File.Exists(Path.Combine(Repository.Root, name))));
    }

    [Fact]
    public void Pages_that_sources_name_exist()
    {
        string[] folders = ["services", "shared", "tests", "deploy"];
        string[] sources =
        [
            .. folders.SelectMany(
                folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
                .Where(path => Path.GetExtension(path) is ".cs" or ".sh" or ".ts" or ".sql"
                    && !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)),
            .. Directory.EnumerateFiles(Repository.Root, "*.sh"), .. Directory.EnumerateFiles(Repository.Root, "*.yml"),
        ];
        string[] named = [
            .. sources.SelectMany(path => NamedPage().Matches(File.ReadAllText(path))).Select(match => match.Value)
                .Distinct(StringComparer.Ordinal)];
        Assert.True(named.Length > 10, $"sources name {named.Length} pages");
        Assert.Equal([], named.Where(name => !File.Exists(Path.Combine(Repository.Root, name))));
    }

    [Theory]
    [MemberData(nameof(PagesWithCommands))]
    public void Commands_stand_in_sh_blocks_and_say_why_where_they_are_not_run(string path)
    {
        MarkdownPage page = MarkdownPage.Read(path);
        Assert.Equal(
            [], page.Blocks.Where(block => !Languages.Contains(block.Language)).Select(block => $"line {block.Line}: '{block.Language}'"));
        Assert.All(
            page.Blocks.Where(block => block.NotRun is not null),
            block => Assert.True(block.NotRun!.Length > 10, $"line {block.Line}: {block.NotRun}"));
        Assert.Equal([], IndentedCommand().Matches(page.Prose).Select(match => match.Value.Trim()));
        if (page.Commands.Count > 0 && path != "README.md")
            Assert.Contains("eval \"$(./run.sh env)\"", page.Commands[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_index_names_every_page()
    {
        string[] named = [
            .. MarkdownPage.Read("docs/README.md").Links.Select(
                link => Path.GetRelativePath(
                    Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, "docs", link.Split('#')[0]))))];
        string[] pages = [
            .. MarkdownPage.All().Select(page => page.Path)
                .Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && path != "docs/README.md"
                    && !Decision().IsMatch(path))];
        Assert.True(pages.Length > 25, $"there are {pages.Length} pages");
        Assert.Equal([], pages.Except(named));
    }

    [Fact]
    public void The_index_of_decisions_names_each_with_its_status()
    {
        string index = File.ReadAllText(Path.Combine(Repository.Root, "docs", "design", "adr", "README.md"));
        Assert.All(MarkdownPage.All().Where(page => Decision().IsMatch(page.Path)), page =>
        {
            Assert.Contains($"({Path.GetFileName(page.Path)})", index, StringComparison.Ordinal);
            Assert.Contains("\nStatus: ", page.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_readme_is_short() => Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).Length, 40, 120);

    private static bool IsForUsers(string path) =>
        path == "README.md" || path.StartsWith("docs/guide/", StringComparison.Ordinal)
        || (path.StartsWith("docs/operate/", StringComparison.Ordinal) && MarkdownPage.Read(path).Blocks.Count > 0);

    private static bool Leads(MarkdownPage page, string folder, string link)
    {
        string[] parts = link.Split('#', 2);
        string target = parts[0].Length == 0 ? Path.Combine(Repository.Root, page.Path) : Path.GetFullPath(Path.Combine(folder, parts[0]));
        if (!File.Exists(target) && !Directory.Exists(target)) return false;
        return parts.Length == 1 || MarkdownPage.Read(Path.GetRelativePath(Repository.Root, target)).Anchors.Contains(parts[1]);
    }

    [GeneratedRegex(@"(?<![\w/.])docs/[a-z0-9/-]+\.md", RegexOptions.None, 1000)]
    private static partial Regex NamedPage();

    [GeneratedRegex(@"(?m)^ {4,}(?:\$ |\./|\$?FAILBACK_|(?:failback|curl|psql|docker|dotnet|jq|eval) )[^\n]*", RegexOptions.None, 1000)]
    private static partial Regex IndentedCommand();

    [GeneratedRegex(@"^docs/design/adr/[0-9]{4}-", RegexOptions.None, 1000)]
    private static partial Regex Decision();
}
