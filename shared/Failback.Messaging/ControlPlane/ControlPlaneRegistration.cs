using Failback.Contracts.Control;
using Failback.Hosting.Health;
using Failback.Messaging.Broker;
using Failback.Messaging.Topology;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Failback.Messaging.ControlPlane;

/// <summary>Connects a process to the control plane: MassTransit over the broker that also carries the rows.</summary>
public static class ControlPlaneRegistration
{
    /// <summary>
    /// Questions to owners that are worked on at once: each waits for the group's next pause between two transactions.
    /// </summary>
    private const int OwnerAnswersAtATime = 16;

    /// <summary>
    /// Registers what sink and appliers need: <see cref="FailbackDirectory"/> (kept current by events and by asking), <see
    /// cref="ProgressReporter"/> and the bus. The start never waits for control or the broker.
    /// </summary>
    /// <param name="services">Services of the process.</param>
    /// <param name="configuration">Settings.</param>
    /// <param name="service">Short name of the process, as in its logs.</param>
    /// <param name="need">What the process needs control for.</param>
    /// <param name="add">Registers further messages and questions.</param>
    public static IServiceCollection AddFailbackControlPlane(
        this IServiceCollection services, IConfiguration configuration, string service, BusNeed need,
        Action<ControlPlaneHandlers>? add = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<ControlPlaneOptions>().Bind(configuration.GetSection(ControlPlaneOptions.Section));
        services.AddSingleton(
            provider => new DirectoryCache(provider.GetRequiredService<IOptions<ControlPlaneOptions>>().Value.StateFolder, service));
        services.AddSingleton(
            provider => new FailbackDirectory(
                provider.GetRequiredService<DirectoryCache>(), provider.GetRequiredService<ILogger<FailbackDirectory>>()));
        services.AddSingleton<FailbackChangedHandler>();
        services.AddSingleton<DirectoryWake>();
        services.AddSingleton<DirectoryRefresher>();
        services.AddHostedService(provider => provider.GetRequiredService<DirectoryRefresher>());
        services.AddSingleton(
            provider => new ProgressReporter(
                provider.GetRequiredService<IBus>(), provider.GetRequiredService<ILogger<ProgressReporter>>()));
        services.AddHostedService(provider => provider.GetRequiredService<ProgressReporter>());
        return services.AddControlPlaneBus(service, need, handlers =>
        {
            handlers.AddHandler<FailbackChanged, FailbackChangedHandler>();
            add?.Invoke(handlers);
        });
    }

    /// <summary>Registers the bus, its handlers and <see cref="ControlPlaneClient"/>: the part that control itself uses.</summary>
    /// <param name="services">Services of the process.</param>
    /// <param name="service">Short name of the process, as in its logs.</param>
    /// <param name="need">What the process needs the control plane for.</param>
    /// <param name="add">Registers messages and questions.</param>
    public static IServiceCollection AddControlPlaneBus(
        this IServiceCollection services, string service, BusNeed need, Action<ControlPlaneHandlers> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        services.AddFailbackBroker();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new ServiceIdentity(service));
        services.AddSingleton(
            provider => new ControlPlaneClient(provider.GetRequiredService<IBusControl>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AppliersClient>();
        services.AddSingleton(need).AddSingleton<BusState>().AddSingleton<BusGate>().AddHostedService<BusKeeper>();
        services.AddHealthChecks().AddCheck<ControlPlaneCheck>("control-plane", tags: [HealthEndpoints.Ready]);
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
                // ControlPlaneCheck decides what an outage means for the process. Without a tag of its own this one would get "ready".
                health.Name = "bus";
                health.Tags.Add("bus");
            });
            var handlers = new ControlPlaneHandlers(registration);
            add(handlers);
            registration.UsingRabbitMq((context, rabbit) =>
            {
                ConfigureHost(
                    rabbit, new BrokerAddress(context.GetRequiredService<IOptions<BrokerOptions>>().Value.Uri),
                    context.GetRequiredService<BusGate>());
                // MassTransit would also declare an exchange for the interface and copy every owner question to it, where no queue
                // is bound.
                rabbit.Publish<IOwnerQuestion>(topology => topology.Exclude = true);
                Listen(context, rabbit, "failback-" + service, 1, handlers.Handlers);
                Listen(context, rabbit, "failback-owner-" + service, OwnerAnswersAtATime, handlers.OwnerAnswers);
                rabbit.ConfigureEndpoints(context);
            });
        });
    }

    /// <summary>Has the pulse of this process published, as its source says it.</summary>
    public static IServiceCollection AddFailbackPulse<TSource>(this IServiceCollection services)
        where TSource : class, IPulseSource
    {
        services.TryAddSingleton<TSource>();
        services.AddSingleton<IPulseSource>(provider => provider.GetRequiredService<TSource>());
        services.AddSingleton(
            provider => new PulseReporter(
                provider.GetRequiredService<IPulseSource>(), provider.GetRequiredService<ServiceIdentity>(),
                provider.GetRequiredService<IBus>(), provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<PulseReporter>>()));
        return services.AddHostedService(provider => provider.GetRequiredService<PulseReporter>());
    }

    /// <summary>Opens a temporary queue: messages published while the process is away are not kept for it.</summary>
    private static void Listen(
        IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, string tag, int atATime, List<Type> consumers)
    {
        if (consumers.Count == 0) return;
        rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(tag, concurrentMessageLimit: atATime), endpoint =>
        {
            foreach (Type consumer in consumers) context.ConfigureConsumer(consumer, endpoint);
            if (consumers.Contains(typeof(HandlerConsumer<FailbackChanged, FailbackChangedHandler>)))
                endpoint.ConnectReceiveEndpointObserver(context.GetRequiredService<DirectoryWake>());
        });
    }

    private static void ConfigureHost(IRabbitMqBusFactoryConfigurator rabbit, BrokerAddress broker, BusGate gate) =>
        rabbit.Host(broker.Host, broker.Port, broker.VirtualHost, host =>
        {
            host.Username(broker.UserName);
            host.Password(broker.Password);
            host.Heartbeat(TimeSpan.FromSeconds(10));
            host.OnRefreshConnectionFactory = _ => gate.WaitAsync();
            if (broker.Tls) host.UseSsl(tls => tls.ServerName = broker.Host);
        });
}
