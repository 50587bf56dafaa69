using System.Text;
using System.Text.RegularExpressions;
using Failback.Testing.Processes;

namespace Failback.Testing.Documents;

/// <summary>A page of the documentation in the form in which tests read it.</summary>
public sealed partial class MarkdownPage
{
    private static readonly EnumerationOptions Visible = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint,
    };

    private MarkdownPage(string path, string text)
    {
        Path = path;
        Text = text;
        Blocks = [.. ReadBlocks(text, out string prose)];
        Prose = prose;
    }

    /// <summary>Path below the root of the repository.</summary>
    public string Path { get; }

    /// <summary>Full text of the page.</summary>
    public string Text { get; }

    /// <summary>Text outside of fenced blocks, line by line as in <see cref="Text"/>.</summary>
    public string Prose { get; }

    /// <summary>Fenced blocks in their order.</summary>
    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>Commands that the tests run.</summary>
    public IReadOnlyList<CodeBlock> Commands => [.. Blocks.Where(block => block is { IsCommands: true, NotRun: null })];

    /// <summary>Targets of links inside the repository, with their anchors.</summary>
    public IReadOnlyList<string> Links =>
        [.. Link().Matches(CodeSpan().Replace(Prose, "")).Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal))];

    /// <summary>Paths of pages that the text names in backticks.</summary>
    public IReadOnlyList<string> NamedPages => [.. NamedPage().Matches(Prose).Select(match => match.Groups["path"].Value)];

    /// <summary>Anchors that a link may have after <c>#</c>: headings in GitHub's form.</summary>
    public IReadOnlySet<string> Anchors =>
        Prose.Split('\n').Where(line => Heading().IsMatch(line)).Select(line => Anchor(line.TrimStart('#').Trim()))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Every page of the repository.</summary>
    public static IReadOnlyList<MarkdownPage> All() =>
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md", Visible).Select(path => System.IO.Path.GetRelativePath(Repository.Root, path))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "TestResults")).Order(StringComparer.Ordinal)
            .Select(Read),
    ];

    /// <summary>Reads a page.</summary>
    /// <param name="path">Path below the root of the repository.</param>
    public static MarkdownPage Read(string path) => new(path, File.ReadAllText(System.IO.Path.Combine(Repository.Root, path)));

    private static List<CodeBlock> ReadBlocks(string text, out string prose)
    {
        var blocks = new List<CodeBlock>();
        var outside = new StringBuilder();
        var inside = new StringBuilder();
        (int Line, string Language)? open = null;
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            bool isFence = lines[i].StartsWith("```", StringComparison.Ordinal);
            if (open is null && isFence) open = (i + 1, lines[i][3..].Trim());
            else if (open is { } begun && isFence)
            {
                blocks.Add(new CodeBlock(begun.Line, begun.Language, inside.ToString()));
                inside.Clear();
                open = null;
            }
            else if (open is not null) inside.Append(lines[i]).Append('\n');
            outside.Append(open is null && !isFence ? lines[i] : "").Append('\n');
        }

        prose = outside.ToString();
        return open is null ? blocks : throw new FormatException($"the block of line {open.Value.Line} has no end");
    }

    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("`[^`\n]*`", RegexOptions.None, 1000)]
    private static partial Regex CodeSpan();

    [GeneratedRegex("`(?<path>[A-Za-z0-9_./-]+\\.md)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamedPage();

    [GeneratedRegex("^#{1,6} ", RegexOptions.None, 1000)]
    private static partial Regex Heading();
}
