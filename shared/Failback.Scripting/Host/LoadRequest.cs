namespace Failback.Scripting.Host;

/// <summary>The first thing that the process of a script is told.</summary>
/// <param name="JavaScript">The script.</param>
/// <param name="MemoryBytes">Memory of the script.</param>
internal sealed record LoadRequest(string JavaScript, long MemoryBytes);
