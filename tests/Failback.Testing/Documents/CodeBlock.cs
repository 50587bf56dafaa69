namespace Failback.Testing.Documents;

/// <summary>A fenced block of a Markdown page.</summary>
/// <param name="Line">Line of its fence, from 1.</param>
/// <param name="Language">Language after the fence, such as <c>sh</c> or <c>json</c>; empty when there is none.</param>
/// <param name="Text">Text between the fences, with line ends.</param>
public sealed record CodeBlock(int Line, string Language, string Text)
{
    private const string Mark = "# not run by the tests: ";

    /// <summary>True for commands of a shell.</summary>
    public bool IsCommands => Language == "sh";

    /// <summary>Reason why the tests do not run the commands, which their first line tells the reader; null when they run.</summary>
    public string? NotRun => Text.StartsWith(Mark, StringComparison.Ordinal) ? Text[Mark.Length..].Split('\n')[0] : null;
}
