namespace Failback.Apply.Failures;

/// <summary>
/// A table is no longer what the catalogue said when its rows were converted: nothing may be committed before it was read again.
/// </summary>
public sealed class TargetChangedException() : Exception("the target's tables have changed");
