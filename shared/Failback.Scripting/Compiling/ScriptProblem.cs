namespace Failback.Scripting.Compiling;

/// <summary>An error or a warning at a place of the operator's file.</summary>
/// <param name="Severity"><c>error</c>: it cannot be used; <c>warning</c>: it can.</param>
/// <param name="Line">From 1; 0: not known.</param>
/// <param name="Column">From 1; 0: not known.</param>
/// <param name="Code">The compiler's code such as <c>TS1005</c>, or <c>script</c>.</param>
/// <param name="Message">Description of the problem.</param>
public sealed record ScriptProblem(string Severity, int Line, int Column, string Code, string Message)
{
    /// <summary>True when the script cannot be used.</summary>
    public bool IsError => Severity == "error";

    /// <summary>Returns the problem in the form in which compilers print it.</summary>
    public override string ToString() => $"{Line}:{Column} {Severity} {Code}: {Message}";
}
