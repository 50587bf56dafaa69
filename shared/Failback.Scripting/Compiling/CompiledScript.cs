using Failback.Contracts.Control;

namespace Failback.Scripting.Compiling;

/// <summary>The output of the compiler for a script.</summary>
/// <param name="JavaScript">The JavaScript to run; empty when the source is not valid TypeScript.</param>
/// <param name="Lines">For each line of <paramref name="JavaScript"/> the line of the source; 0: none.</param>
/// <param name="Problems">Errors and warnings, in order of lines.</param>
public sealed record CompiledScript(string JavaScript, IReadOnlyList<int> Lines, IReadOnlyList<ScriptProblem> Problems)
{
    /// <summary>True when there are no errors.</summary>
    public bool IsUsable => !Problems.Any(p => p.IsError);

    /// <summary>Returns the script in the form that control announces to sink and appliers.</summary>
    public ScriptSpec ToSpec(long version) => new(version, JavaScript, Lines);
}
