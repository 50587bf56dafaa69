using System.ComponentModel.DataAnnotations;

namespace Failback.Apply.Settings;

/// <summary>Settings of an applier process.</summary>
public sealed class ApplierOptions
{
    /// <summary>Section of the settings.</summary>
    public const string Section = "Failback:Applier";

    /// <summary>Port of <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c>. Default 8081.</summary>
    [Range(1, 65535)]
    public int HealthPort { get; set; } = 8081;

    /// <summary>
    /// Name of this replica among its like; must differ between replicas. Default: host name, process id and a random part.
    /// </summary>
    public string Replica { get; set; } = "";

    /// <summary>
    /// Bytes of messages held in memory, divided between the failbacks at work; a window beyond it is no longer kept whole. Default 64 MiB.
    /// </summary>
    [Range(1 << 20, long.MaxValue)]
    public long MemoryBytes { get; set; } = 64L << 20;

    /// <summary>Longest wait for one statement or lock in the target. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ApplyTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
