using Microsoft.Extensions.DependencyInjection;

namespace Failback.Messaging;

/// <summary>Registration of what both sides of the queues need.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Broker settings and <see cref="BrokerConnections"/>; may be called more than once.</summary>
    public static IServiceCollection AddFailbackBroker(this IServiceCollection services)
    {
        services.AddOptions<BrokerOptions>().BindConfiguration(BrokerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        Microsoft.Extensions.DependencyInjection.Extensions.ServiceCollectionDescriptorExtensions.TryAddSingleton<BrokerConnections>(services);
        return services;
    }
}
