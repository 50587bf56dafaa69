using Failback.Contracts.Control;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>How a simulated run is disturbed.</summary>
internal sealed record SimulationOptions
{
    public ApplyMode Mode { get; init; } = ApplyMode.Consistent;

    /// <summary>Chance of a fault after each step.</summary>
    public int FaultsPerThousand { get; init; } = 15;

    public bool FlipModes { get; init; }

    /// <summary>The definition names the source's key columns.</summary>
    public bool DeclareKeys { get; init; } = true;

    /// <summary>Small, so that windows outgrow it.</summary>
    public int Prefetch { get; init; } = 128;

    /// <summary>Only owners that were replaced and wake up again, no killed sessions.</summary>
    public bool OnlyZombies { get; init; }

    /// <summary>How long ago the sink published every message.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>How long rows ahead of a resolved timestamp wait for it while catching up.</summary>
    public TimeSpan AheadAfter { get; init; } = TimeSpan.FromMilliseconds(20);

    public long MemoryBytes { get; init; } = 256 << 20;
}
