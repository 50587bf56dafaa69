using System.Text.Json;

namespace Failback.Messaging.ControlPlane;

/// <summary>Names and addresses of the control plane's queues.</summary>
public static class ControlPlaneQueues
{
    /// <summary>Queue of the questions to control.</summary>
    public const string Control = "failback-control";

    /// <summary>
    /// Returns the queue for questions of one type to the appliers of one dialect, for example
    /// <c>failback-postgres-describe-target</c>. Each type has a queue of its own, so that slow questions do not delay others.
    /// </summary>
    public static string Questions<TQuestion>(string dialect) =>
        $"failback-{dialect}-{JsonNamingPolicy.KebabCaseLower.ConvertName(typeof(TQuestion).Name)}";

    /// <summary>
    /// Returns the address for questions to a queue. It names the exchange and not the queue: a sender must not create a queue that
    /// no service reads. A question to an exchange without a queue is dropped and times out.
    /// </summary>
    public static Uri Address(string queue) => new("exchange:" + queue);
}
