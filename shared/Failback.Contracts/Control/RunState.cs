namespace Failback.Contracts.Control;

/// <summary>What the operator wants a failback to do; control decides it, sink and appliers follow it.</summary>
public enum RunState
{
    /// <summary>Defined; no queues, nothing accepted.</summary>
    Created,

    /// <summary>The sink accepts and the applier applies.</summary>
    Running,

    /// <summary>The sink accepts and queues; appliers hold still.</summary>
    Paused,

    /// <summary>The sink refuses with 503, so the changefeed waits; appliers finish what is queued.</summary>
    Stopped,

    /// <summary>Gone: routes and queues are dropped.</summary>
    Deleted,
}
