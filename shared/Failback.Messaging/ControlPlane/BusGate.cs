using Failback.Messaging.Broker;
using Microsoft.Extensions.Hosting;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Stands before every connection of the bus and lets it through once the broker lets this process in. MassTransit tries again after an
/// outage, but gives an endpoint up for good when the login is refused: it never gets to see that.
/// </summary>
internal sealed class BusGate(BrokerConnections broker, IHostApplicationLifetime life, TimeProvider time)
{
    private static readonly TimeSpan TryEvery = TimeSpan.FromSeconds(1);

    /// <summary>Returns when a connection was opened, and closed again.</summary>
    /// <exception cref="OperationCanceledException">The process ends.</exception>
    public async Task WaitAsync()
    {
        while (await BrokerProbe.RefusalAsync(broker, life.ApplicationStopping) is not null)
            await Task.Delay(TryEvery, time, life.ApplicationStopping);
    }
}
