using Failback.Scripting.Compiling;

namespace Failback.Scripting;

/// <summary>Compiles the operator's source into the JavaScript that runs, or reports the problems by line and column.</summary>
public static class ScriptCompiler
{
    /// <summary>Most characters of a script.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Compiles a script without running it: reports syntax errors and type warnings.</summary>
    public static async Task<CompiledScript> CompileAsync(string source, CancellationToken cancellationToken) =>
        source.Length > MaxLength
            ? new CompiledScript("", [], [new ScriptProblem("error", 0, 0, "script", $"the script has more than {MaxLength} characters")])
            : await TypeScript.CompileAsync(source, cancellationToken);
}
