namespace Failback.Hosting.Logging;

/// <summary>The short name of the service, for every log line.</summary>
internal sealed record LogSource(string Service);
