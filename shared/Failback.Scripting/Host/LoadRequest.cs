namespace Failback.Scripting.Host;

/// <summary>The first thing that the process of a script is told.</summary>
/// <param name="JavaScript">The script.</param>
/// <param name="Milliseconds">Time of one batch.</param>
/// <param name="MemoryBytes">Memory of the script.</param>
internal sealed record LoadRequest(string JavaScript, int Milliseconds, long MemoryBytes);
