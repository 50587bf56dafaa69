namespace Failback.Control.Api;

/// <summary>Marks calls that run as operations where the caller prefers <c>respond-async</c>.</summary>
internal sealed class LongRunning
{
    public static readonly LongRunning Mark = new();
}
