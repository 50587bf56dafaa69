using System.Text.Json;

namespace Failback.Messaging.ControlPlane;

/// <summary>Names and addresses of the control plane's queues.</summary>
public static class ControlPlaneQueues
{
    /// <summary>Requests to control.</summary>
    public const string Control = "failback-control";

    /// <summary>
    /// Questions of one type to the appliers of one dialect, for example <c>failback-postgres-describe-target</c>. A queue each:
    /// questions that take long hold up no others.
    /// </summary>
    public static string Questions<TQuestion>(string dialect) =>
        $"failback-{dialect}-{JsonNamingPolicy.KebabCaseLower.ConvertName(typeof(TQuestion).Name)}";

    /// <summary>
    /// Address for requests. It names the exchange, not the queue: a sender must not create a queue that nothing reads; requests to
    /// an exchange without a queue are dropped and time out.
    /// </summary>
    public static Uri Address(string queue) => new("exchange:" + queue);
}
