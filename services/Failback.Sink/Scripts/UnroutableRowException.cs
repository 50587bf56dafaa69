namespace Failback.Sink.Scripts;

/// <summary>A row that a userscript made has no key. The message names columns and tables, never values.</summary>
internal sealed class UnroutableRowException(string message) : Exception(message);
