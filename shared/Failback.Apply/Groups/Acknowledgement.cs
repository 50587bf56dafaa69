namespace Failback.Apply.Groups;

/// <summary>What to tell the broker.</summary>
/// <param name="Queue">Place of the queue in the group.</param>
/// <param name="Tag">Delivery.</param>
/// <param name="Multiple">With everything delivered before it.</param>
internal readonly record struct Acknowledgement(int Queue, ulong Tag, bool Multiple);
