using Failback.Scripting.Compiling;
using Failback.Scripting.Host;

namespace Failback.Scripting;

/// <summary>
/// The result of checking a script without a server: whether it compiles, loads, and asks only for what is available.
/// </summary>
/// <param name="Compiled">Output of the compiler.</param>
/// <param name="Plan">Configuration of the script; empty when it cannot be loaded.</param>
/// <param name="Problems">All problems, in order of lines.</param>
public sealed record ScriptCheck(CompiledScript Compiled, ScriptPlan Plan, IReadOnlyList<ScriptProblem> Problems)
{
    /// <summary>True when the script can be activated.</summary>
    public bool IsUsable => !Problems.Any(p => p.IsError);

    /// <summary>Compiles the script and runs its own statements.</summary>
    public static async Task<ScriptCheck> OfAsync(string source, ScriptLimits limits, CancellationToken cancellationToken)
    {
        CompiledScript compiled = await ScriptCompiler.CompileAsync(source, cancellationToken);
        // A refused feature still leaves JavaScript, which is loaded to report all problems at once.
        if (!compiled.IsUsable && compiled.JavaScript.Length == 0) return new ScriptCheck(compiled, ScriptPlan.Empty, compiled.Problems);
        try
        {
            using Userscript script = await Userscript.LoadAsync(compiled.ToSpec(0), limits, cancellationToken);
            return new ScriptCheck(
                compiled, script.Plan, [.. compiled.Problems.Concat(script.Plan.Problems).OrderBy(p => p.Line).ThenBy(p => p.Column)]);
        }
        catch (ScriptLimitException e)
        {
            return new ScriptCheck(
                compiled, ScriptPlan.Empty,
                [.. compiled.Problems, new ScriptProblem("error", 0, 0, "script", $"while it is loaded: {e.Message}")]);
        }
    }
}
