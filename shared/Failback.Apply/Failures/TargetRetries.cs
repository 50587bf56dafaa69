using Failback.Hosting.Retrying;

namespace Failback.Apply.Failures;

/// <summary>Waits between attempts at a target that fails.</summary>
public static class TargetRetries
{
    public static readonly Backoff Waits = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5));
}
