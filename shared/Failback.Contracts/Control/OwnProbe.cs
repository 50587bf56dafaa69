namespace Failback.Contracts.Control;

/// <summary>
/// A look of control at a sink: a GET with this name as its user agent. The sink refuses it as it refuses every GET, and does not count it:
/// it is no traffic of the changefeed.
/// </summary>
public static class OwnProbe
{
    public const string UserAgent = "failback-preflight";
}
