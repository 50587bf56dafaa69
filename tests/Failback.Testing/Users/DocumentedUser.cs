using System.Text.RegularExpressions;
using Failback.Testing.Processes;

namespace Failback.Testing.Users;

/// <summary>
/// The user that a page of docs/ describes. Tests run the statements of its section "Privileges" unchanged, with names of their
/// own: a privilege missing on the page is missing in every test.
/// </summary>
/// <param name="page">File name below docs/.</param>
public sealed partial class DocumentedUser(string page)
{
    /// <summary>Returns the statements in order, without semicolons.</summary>
    /// <param name="names">Names on the page and their replacements in a test; each must occur on the page.</param>
    public IReadOnlyList<string> Statements(params (string Written, string Meant)[] names)
    {
        string block = Block().Match(File.ReadAllText(Path.Combine(Repository.Root, "docs", page))) is { Success: true } found
            ? found.Groups["statements"].Value
            : throw new InvalidDataException($"docs/{page} has no statements in its section Privileges");
        foreach ((string written, string meant) in names)
        {
            var word = new Regex($@"(?<![\w\\]){Regex.Escape(written)}(?!\w)", RegexOptions.None, TimeSpan.FromSeconds(1));
            // A replacement that silently does nothing would run the statements for another database.
            if (!word.IsMatch(block)) throw new InvalidDataException($"docs/{page} does not say {written} in its statements any more");
            block = word.Replace(block, meant.Replace("$", "$$", StringComparison.Ordinal));
        }

        string[] statements = block.Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. statements.Select(statement => statement.TrimEnd(';'))];
    }

    [GeneratedRegex(
        @"^## Privileges\n(?:(?!##|    ).*\n)*(?<statements>(?:    .+\n)+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();
}
