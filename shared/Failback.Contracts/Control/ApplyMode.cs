namespace Failback.Contracts.Control;

/// <summary>How an applier orders its work; see docs/design/architecture.md.</summary>
public enum ApplyMode
{
    /// <summary>Whole windows between resolved timestamps, one target transaction each.</summary>
    Consistent,

    /// <summary>Rows as they come in small transactions; rows whose foreign keys are not there yet wait.</summary>
    BestEffort,

    /// <summary>Rows as they come, no waiting for foreign keys; lowest latency.</summary>
    Immediate,
}
