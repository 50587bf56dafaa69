namespace Failback.Scripting.Host;

/// <summary>
/// A script used up what it may: the failback stops until another version is active. The process that ran it is gone, ours is not.
/// </summary>
public sealed class ScriptLimitException(string message) : Exception(message);
