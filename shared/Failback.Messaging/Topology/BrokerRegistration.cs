using Failback.Messaging.Broker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Failback.Messaging.Topology;

/// <summary>Registers what both sides of the queues need.</summary>
public static class BrokerRegistration
{
    /// <summary>
    /// Registers broker settings, <see cref="BrokerConnections"/> and <see cref="QueueKeeper"/>. May be called more than once.
    /// </summary>
    public static IServiceCollection AddFailbackBroker(this IServiceCollection services)
    {
        services.AddOptions<BrokerOptions>().BindConfiguration(BrokerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<BrokerConnections>();
        services.TryAddSingleton<QueueKeeper>();
        return services;
    }
}
