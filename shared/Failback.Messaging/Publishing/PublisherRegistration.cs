using Failback.Messaging.Topology;
using Microsoft.Extensions.DependencyInjection;

namespace Failback.Messaging.Publishing;

/// <summary>Registers the writing side of the table queues.</summary>
public static class PublisherRegistration
{
    /// <summary>Registers the publisher into table queues; it runs as long as the host.</summary>
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
