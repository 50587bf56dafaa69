using Failback.Messaging.Broker;
using RabbitMQ.Client;

namespace Failback.Messaging.ControlPlane;

/// <summary>Asks the broker whether it lets this process in, by a connection that is closed at once.</summary>
internal static class BrokerProbe
{
    /// <summary>Returns why it does not; null: it does.</summary>
    public static async Task<string?> RefusalAsync(BrokerConnections broker, CancellationToken cancellationToken)
    {
        try
        {
            IConnection probe = await broker.OpenAsync("failback-control-plane-probe", cancellationToken);
            BrokerConnections.Discard(probe);
            return null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return BrokerRefusal.Of(e);
        }
    }
}
