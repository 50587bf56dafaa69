namespace Failback.Control.Api;

/// <summary>Route metadata: the call runs as an operation when the caller prefers <c>respond-async</c> (RFC 7240).</summary>
internal sealed class LongRunning
{
    public static readonly LongRunning Mark = new();
}
