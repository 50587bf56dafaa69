using Failback.Messaging.Broker;
using MassTransit;
using Microsoft.Extensions.Hosting;

namespace Failback.Messaging.ControlPlane;

/// <summary>Knows whether the bus is well, and says why it is not.</summary>
internal sealed class BusKeeper(IBusControl bus, BrokerConnections broker, BusState state, TimeProvider time) : BackgroundService
{
    private const string NotYet =
        "the broker lets this process in, but its queues are not there yet: they are being made, or a permission is missing (see the log)";

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (bus.CheckHealth().Status == BusHealthStatus.Healthy) state.Up();
            else state.Down(await BrokerProbe.RefusalAsync(broker, stoppingToken) ?? NotYet);
        }
    }
}
