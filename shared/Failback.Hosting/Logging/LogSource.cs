namespace Failback.Hosting.Logging;

/// <summary>The service named in every log line.</summary>
internal sealed record LogSource(string Service);
