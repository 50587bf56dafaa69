using Failback.Scripting.Compiling;

namespace Failback.Scripting;

/// <summary>An uploaded script cannot be loaded: the failback stops until another version is active.</summary>
public sealed class ScriptLoadException(IReadOnlyList<ScriptProblem> problems)
    : Exception(problems.Count == 0 ? "the script cannot be loaded" : $"line {problems[0].Line}: {problems[0].Message}")
{
    /// <summary>The problems, in order of lines.</summary>
    public IReadOnlyList<ScriptProblem> Problems { get; } = problems;
}
