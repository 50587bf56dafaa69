namespace Failback.Scripting.Host;

/// <summary>What a userscript may use up.</summary>
public sealed record ScriptLimits
{
    /// <summary>Processor time of one batch, and of loading the script.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Memory of the script, in bytes.</summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>Rows handed over at once.</summary>
    public int BatchRows { get; init; } = 2_000;

    /// <summary>Bytes of rows handed over at once; a larger row goes alone.</summary>
    public int BatchBytes { get; init; } = 2 << 20;
}
