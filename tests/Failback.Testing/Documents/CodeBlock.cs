namespace Failback.Testing.Documents;

/// <summary>A fenced block of a page.</summary>
/// <param name="Line">Line of its fence, from 1.</param>
/// <param name="Language">What follows the fence: <c>sh</c>, <c>json</c>; empty where nothing does.</param>
/// <param name="Text">What is between the fences, with line ends.</param>
public sealed record CodeBlock(int Line, string Language, string Text)
{
    private const string Mark = "# not run by the tests: ";

    /// <summary>True for commands.</summary>
    public bool IsCommands => Language == "sh";

    /// <summary>Why commands are not run, which their first line says to the reader; null: they are.</summary>
    public string? NotRun => Text.StartsWith(Mark, StringComparison.Ordinal) ? Text[Mark.Length..].Split('\n')[0] : null;
}
