namespace Failback.Scripting.Host;

/// <summary>
/// A script exceeded a limit: the failback stops until another version is active. Only the process that ran the script has ended.
/// </summary>
public sealed class ScriptLimitException(string message) : Exception(message);
