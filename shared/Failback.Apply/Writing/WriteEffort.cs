namespace Failback.Apply.Writing;

/// <summary>How far the writer goes before it isolates rows.</summary>
public enum WriteEffort
{
    /// <summary>Parents first, deletes last; refused rows are isolated at once. For small batches whose neighbours come later.</summary>
    Simple,

    /// <summary>All orders, then relaxed constraints where the privilege exists, then isolation. For whole windows.</summary>
    Full,
}
