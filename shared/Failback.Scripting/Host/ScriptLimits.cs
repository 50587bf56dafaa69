namespace Failback.Scripting.Host;

/// <summary>Limits of a userscript.</summary>
public sealed record ScriptLimits
{
    /// <summary>Processor time of one batch, and of loading the script. Default 5 s.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Memory of the script, in bytes. Default 256 MiB.</summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>Most rows per request to the process. Default 2000.</summary>
    public int BatchRows { get; init; } = 2_000;

    /// <summary>Most bytes of rows per request to the process; a larger row goes alone. Default 2 MiB.</summary>
    public int BatchBytes { get; init; } = 2 << 20;
}
