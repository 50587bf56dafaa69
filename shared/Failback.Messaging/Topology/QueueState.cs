namespace Failback.Messaging.Topology;

/// <summary>State of a queue, from a passive declaration.</summary>
/// <param name="Messages">Ready messages, without those that a reader holds.</param>
/// <param name="Consumers">Attached consumers, active or waiting.</param>
public readonly record struct QueueState(long Messages, int Consumers);
