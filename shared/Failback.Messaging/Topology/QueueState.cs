namespace Failback.Messaging.Topology;

/// <summary>What a passive look at a queue tells.</summary>
/// <param name="Messages">Ready messages, without those that a reader holds.</param>
/// <param name="Consumers">Attached consumers, active or waiting.</param>
public readonly record struct QueueState(long Messages, int Consumers);
