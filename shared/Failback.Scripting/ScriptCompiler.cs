using Failback.Scripting.Compiling;

namespace Failback.Scripting;

/// <summary>Turns what an operator wrote into what runs, or says by line and column why not.</summary>
public static class ScriptCompiler
{
    /// <summary>Characters that a script may have.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Compiles only: errors of syntax, remarks about types.</summary>
    public static async Task<CompiledScript> CompileAsync(string source, CancellationToken cancellationToken) =>
        source.Length > MaxLength
            ? new CompiledScript("", [], [new ScriptProblem("error", 0, 0, "script", $"the script has more than {MaxLength} characters")])
            : await TypeScript.CompileAsync(source, cancellationToken);
}
