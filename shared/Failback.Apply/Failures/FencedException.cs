namespace Failback.Apply.Failures;

/// <summary>Another replica has taken the group over: everything held is dropped, nothing was written.</summary>
public sealed class FencedException(string message) : Exception(message);
