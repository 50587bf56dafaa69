namespace Failback.Apply.Failures;

/// <summary>The target has been failing for so long that the queues are given back; the group attaches again once it answers.</summary>
public sealed class TargetUnavailableException(Failure failure) : Exception($"{failure.Code} {failure.Message}".Trim())
{
    public Failure Failure { get; } = failure;
}
