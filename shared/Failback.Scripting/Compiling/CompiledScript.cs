using Failback.Contracts.Control;

namespace Failback.Scripting.Compiling;

/// <summary>What the compiler made of a script.</summary>
/// <param name="JavaScript">To be run; empty when the source is no TypeScript.</param>
/// <param name="Lines">For each line of <paramref name="JavaScript"/> the line of the source; 0: none.</param>
/// <param name="Problems">Errors and warnings, in order of lines.</param>
public sealed record CompiledScript(string JavaScript, IReadOnlyList<int> Lines, IReadOnlyList<ScriptProblem> Problems)
{
    /// <summary>There are no errors.</summary>
    public bool IsUsable => !Problems.Any(p => p.IsError);

    /// <summary>As sink and appliers get it.</summary>
    public ScriptSpec ToSpec(long version) => new(version, JavaScript, Lines);
}
