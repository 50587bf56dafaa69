using Failback.Messaging.Publishing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Failback.Messaging;

/// <summary>Registration of what both sides of the queues need.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Broker settings and <see cref="BrokerConnections"/>; may be called more than once.</summary>
    public static IServiceCollection AddFailbackBroker(this IServiceCollection services)
    {
        services.AddOptions<BrokerOptions>().BindConfiguration(BrokerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<BrokerConnections>();
        return services;
    }

    /// <summary>The publisher into table queues, running as long as the host.</summary>
    public static IServiceCollection AddTablePublisher(this IServiceCollection services, Action<PublisherOptions> configure)
    {
        services.AddFailbackBroker();
        services.Configure(configure);
        services.AddSingleton<PublisherMetrics>();
        services.AddSingleton<TablePublisher>();
        services.AddHostedService(provider => provider.GetRequiredService<TablePublisher>());
        return services;
    }
}
