namespace Failback.Messaging.Reading;

/// <summary>A message in a table queue was not written by a sink this build understands; nothing after it may be applied.</summary>
public sealed class UnreadableMessageException(string reason) : Exception(reason);
