using Failback.Messaging.Broker;
using MassTransit;
using Microsoft.Extensions.Hosting;

namespace Failback.Messaging.ControlPlane;

/// <summary>Knows whether the bus is well, and says why it is not.</summary>
internal sealed class BusKeeper(IBusControl bus, BrokerConnections broker, BusState state, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (bus.CheckHealth().Status == BusHealthStatus.Healthy) state.Up();
            else
                state.Down(
                    await BrokerProbe.RefusalAsync(broker, stoppingToken)
                    ?? "the broker is there, the connection to it is being made again");
        }
    }
}
