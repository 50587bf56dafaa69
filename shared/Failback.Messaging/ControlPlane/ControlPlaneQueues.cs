namespace Failback.Messaging.ControlPlane;

/// <summary>Names and addresses of the control plane's queues.</summary>
public static class ControlPlaneQueues
{
    /// <summary>Requests to control.</summary>
    public const string Control = "failback-control";

    /// <summary>Requests to the appliers of one dialect.</summary>
    public static string Describe(string dialect) => "failback-describe-" + dialect;

    /// <summary>Questions about letters to the appliers of one dialect.</summary>
    public static string Letters(string dialect) => "failback-letters-" + dialect;

    /// <summary>
    /// Address for requests. It names the exchange, not the queue: a sender must not create a queue nobody reads, requests to
    /// nobody are dropped and time out.
    /// </summary>
    public static Uri Address(string queue) => new("exchange:" + queue);
}
