namespace Failback.Messaging.Broker;

/// <summary>The broker answers and has no such queue. Only control makes queues, so what was in it is lost.</summary>
/// <param name="queue">Name of the queue.</param>
public sealed class QueueMissingException(string queue) : Exception($"queue {queue} is gone")
{
    /// <summary>Words with which the broker says that a queue does not exist; one that is away for a while it calls down.</summary>
    internal const string Words = "no queue";
}
