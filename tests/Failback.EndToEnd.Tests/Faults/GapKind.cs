namespace Failback.EndToEnd.Tests.Faults;

/// <summary>What may go back in time, so that something is missing afterwards.</summary>
public enum GapKind
{
    /// <summary>A copy of the target is put back: rows and our own tables.</summary>
    TargetPutBack,

    /// <summary>Queues of the failback are deleted in the broker.</summary>
    QueuesLost,

    /// <summary>Control's file is put back, from before its last definition.</summary>
    ControlPutBack,
}
