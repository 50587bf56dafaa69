namespace Failback.Contracts.Control;

/// <summary>A version of a failback's userscript, compiled: what sink and appliers run.</summary>
/// <param name="Version">1, 2, 3 … within the failback; never used twice.</param>
/// <param name="JavaScript">What the compiler made of the operator's source.</param>
/// <param name="Lines">For each line of <paramref name="JavaScript"/> the line of the source it came from; 0: none.</param>
public sealed record ScriptSpec(long Version, string JavaScript, IReadOnlyList<int> Lines);
