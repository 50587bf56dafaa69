using Failback.Hosting.Health;
using Failback.Hosting.Security;
using Failback.Messaging.ControlPlane;
using Failback.Messaging.Publishing;
using Failback.Sink.Bodies;
using Failback.Sink.Counters;
using Failback.Sink.Feeds;
using Failback.Sink.Publishing;
using Failback.Sink.Settings;
using Failback.Sink.Webhook;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Failback.Sink;

/// <summary>Registers the sink's services and maps the webhook. Health and metrics have a port of their own.</summary>
internal static class SinkRegistration
{
    internal static WebApplicationBuilder AddSink(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<SinkOptions>().BindConfiguration(SinkOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<SinkOptions>, SinkOptionsValidator>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, WebhookServer>();
        services.AddSingleton<IMemoryPoolFactory<byte>, ReceivePools>();
        services.AddSingleton<SinkMetrics>();
        services.AddSingleton<BodyBudget>();
        services.AddSingleton<BodyReader>();
        services.AddSingleton<FeedDirectory>();
        services.AddSingleton<MutationPublisher>();
        services.AddSingleton<FailedAttempts>().AddSingleton<WebhookAuthentication>();
        services.AddSingleton<ClockGuard>();
        services.AddSingleton<WebhookEndpoint>().AddSingleton<SinkGauges>();
        services.AddFailbackPulse<SinkPulse>().AddHostedService<ProgressReports>();
        services.AddTablePublisher(_ => { });
        services.AddOptions<Failback.Messaging.Publishing.PublisherOptions>().Configure<IOptions<SinkOptions>>((publisher, sink) =>
        {
            publisher.ConnectionName = "failback-sink " + sink.Value.Replica;
            // A confirm that takes longer than the request may take is of no use: the changefeed has given up by then.
            publisher.ConfirmTimeout = sink.Value.RequestTimeout;
        });
        services.AddHealthChecks()
            .AddCheck<BrokerCheck>("broker", tags: [HealthEndpoints.Ready])
            .AddCheck<DirectoryCheck>("failbacks", tags: [HealthEndpoints.Ready]);
        return builder;
    }

    internal static WebApplication UseSink(this WebApplication app)
    {
        int healthPort = app.Services.GetRequiredService<IOptions<SinkOptions>>().Value.HealthPort;
        app.UseFailbackHealth(healthPort);
        app.Services.GetRequiredService<SinkGauges>();
        WebhookEndpoint endpoint = app.Services.GetRequiredService<WebhookEndpoint>();
        app.MapWhen(context => context.Connection.LocalPort != healthPort, webhook => webhook.Run(endpoint.HandleAsync));
        return app;
    }
}
