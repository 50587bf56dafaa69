using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Failback.Messaging.ControlPlane;

/// <summary>Connects a process to the control plane: MassTransit over the broker that also carries the rows.</summary>
public static class ControlPlaneRegistration
{
    /// <summary>
    /// For sink and appliers: <see cref="FailbackDirectory"/> (kept current by events and by asking), <see cref="ProgressReporter"/>, the bus.
    /// Start never waits for control or broker.
    /// </summary>
    /// <param name="services">Services of the process.</param>
    /// <param name="configuration">Settings.</param>
    /// <param name="service">Short name of the process, as in its logs.</param>
    /// <param name="bus">Further consumers, such as <see cref="TargetDescriberRegistration.AddTargetDescriber"/>.</param>
    public static IServiceCollection AddFailbackControlPlane(
        this IServiceCollection services, IConfiguration configuration, string service, Action<IBusRegistrationConfigurator>? bus = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<ControlPlaneOptions>().Bind(configuration.GetSection(ControlPlaneOptions.Section));
        services.AddSingleton(provider => new DirectoryCache(provider.GetRequiredService<IOptions<ControlPlaneOptions>>().Value.StateFolder, service));
        services.AddSingleton(provider => new FailbackDirectory(provider.GetRequiredService<DirectoryCache>(), provider.GetRequiredService<ILogger<FailbackDirectory>>()));
        services.AddSingleton<DirectoryWake>();
        services.AddSingleton<DirectoryRefresher>();
        services.AddHostedService(provider => provider.GetRequiredService<DirectoryRefresher>());
        services.AddSingleton(new ServiceIdentity(service));
        services.AddSingleton(provider => new ProgressReporter(provider.GetRequiredService<IBus>(), provider.GetRequiredService<ILogger<ProgressReporter>>()));
        services.AddHostedService(provider => provider.GetRequiredService<ProgressReporter>());
        return services.AddControlPlaneBus(
            registration =>
            {
                registration.AddConsumer<FailbackChangedConsumer>().ExcludeFromConfigureEndpoints();
                bus?.Invoke(registration);
            },
            (context, rabbit) => rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition("failback-" + service, concurrentMessageLimit: 1), endpoint =>
            {
                endpoint.ConfigureConsumer<FailbackChangedConsumer>(context);
                endpoint.ConnectReceiveEndpointObserver(context.GetRequiredService<DirectoryWake>());
            }));
    }

    /// <summary>The bus alone: what control itself uses.</summary>
    public static IServiceCollection AddControlPlaneBus(
        this IServiceCollection services,
        Action<IBusRegistrationConfigurator> bus,
        Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> endpoints)
    {
        ArgumentNullException.ThrowIfNull(bus);
        services.AddFailbackBroker();
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<MassTransitHostOptions>(options =>
        {
            options.WaitUntilStarted = false;
            options.StopTimeout = TimeSpan.FromSeconds(8);
        });
        return services.AddMassTransit(registration =>
        {
            registration.DisableUsageTelemetry();
            registration.SetKebabCaseEndpointNameFormatter();
            registration.ConfigureHealthCheckOptions(health =>
            {
                health.Name = "control-plane";
                // Rows flow without control: its bus alone makes no process unready.
                health.MinimalFailureStatus = HealthStatus.Degraded;
            });
            bus(registration);
            registration.UsingRabbitMq((context, rabbit) =>
            {
                ConfigureHost(rabbit, new BrokerAddress(context.GetRequiredService<IOptions<BrokerOptions>>().Value.Uri));
                endpoints(context, rabbit);
                rabbit.ConfigureEndpoints(context);
            });
        });
    }

    private static void ConfigureHost(IRabbitMqBusFactoryConfigurator rabbit, BrokerAddress broker) =>
        rabbit.Host(broker.Host, broker.Port, broker.VirtualHost, host =>
        {
            host.Username(broker.UserName);
            host.Password(broker.Password);
            host.Heartbeat(TimeSpan.FromSeconds(10));
            if (broker.Tls) host.UseSsl(tls => tls.ServerName = broker.Host);
        });
}
