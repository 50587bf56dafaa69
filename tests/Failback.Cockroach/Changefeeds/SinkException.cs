namespace Failback.Cockroach.Changefeeds;

/// <summary>The sink did not accept a request in all its tries.</summary>
internal sealed class SinkException(string message) : Exception(message);
