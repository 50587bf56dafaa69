using Failback.Contracts.Control;
using Failback.Control.Access;
using Failback.Control.Api;
using Failback.Control.Audit;
using Failback.Control.Calls;
using Failback.Control.Changefeeds;
using Failback.Control.Continuity;
using Failback.Control.DeadLetters;
using Failback.Control.Documentation;
using Failback.Control.Events;
using Failback.Control.Fleet;
using Failback.Control.Journal;
using Failback.Control.Lifecycle;
using Failback.Control.Metrics;
using Failback.Control.Operations;
using Failback.Control.Preflight;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Scripts;
using Failback.Control.Settings;
using Failback.Control.Status;
using Failback.Control.Steps;
using Failback.Control.Storage;
using Failback.Hosting.Health;
using Failback.Hosting.Security;
using Failback.Messaging.ControlPlane;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Failback.Control;

/// <summary>Puts control together.</summary>
internal static class ControlServices
{
    private static readonly BusNeed Need = new(
        "sinks and appliers are not heard and hear nothing: what is stored is shown, orders wait", TimeSpan.FromSeconds(15));

    public static WebApplicationBuilder AddFailbackControl(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<ControlOptions>().BindConfiguration(ControlOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<ControlOptions>, AccessTokenValidation>()
            .AddSingleton<IValidateOptions<ControlOptions>, DatabaseValidation>();
        services.ConfigureHttpJsonOptions(options => RequestJson.Configure(options.SerializerOptions));
        // Otherwise the framework answers such a request itself, without a reason.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true).AddSingleton<RequestRules>();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = ProblemAnswers.Complete);
        services.AddExceptionHandler<ProblemAnswers>();
        services.AddControlDocument();
        services.AddSingleton<RepeatableCalls>().AddSingleton<FailureExplanation>();
        services.AddSingleton<ControlDatabase>().AddSingleton<FailbackStore>().AddSingleton<ProgressStore>().AddSingleton<OperationStore>()
            .AddSingleton<CallStore>().AddSingleton<EventStore>();
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: [HealthEndpoints.Ready]);
        services.AddSingleton<AccessTokens>().AddSingleton<SignedTokens>().AddSingleton<FailedAttempts>().AddSingleton<AccessControl>();
        services.AddRateLimiter(_ => { }).AddSingleton<IConfigureOptions<RateLimiterOptions>, CallLimits>();
        services.AddSingleton<AuditStore>().AddSingleton<AuditMiddleware>().AddSingleton<WebhookTokens>();
        services.AddSingleton<Leadership>().AddHostedService(provider => provider.GetRequiredService<Leadership>());
        services.AddSingleton<CommandLocks>().AddSingleton<DefinitionCommand>().AddSingleton<StartCommand>().AddSingleton<StateCommand>()
            .AddSingleton<OrderWatch>()
            .AddSingleton<DeleteCommand>().AddSingleton<RewindCommand>().AddSingleton<RewoundFeed>().AddSingleton<CheckpointClient>();
        services.AddSingleton<StepStore>().AddSingleton<StepMachine>().AddSingleton<StepCalls>().AddSingleton<StartSteps>()
            .AddSingleton<DeleteSteps>().AddSingleton<IStepKind>(provider => provider.GetRequiredService<StartSteps>())
            .AddSingleton<IStepKind>(provider => provider.GetRequiredService<DeleteSteps>());
        services.AddSingleton<FeedStore>().AddSingleton<FeedTrust>().AddSingleton<FeedJobs>().AddSingleton<FeedKeeper>()
            .AddSingleton<FeedControl>()
            .AddSingleton<FeedReport>().AddHostedService<FeedWatcher>();
        services.AddSingleton<Announcer>().AddSingleton<TargetCatalogue>().AddSingleton<LetterClient>().AddSingleton<LetterSource>()
            .AddSingleton<TableQueues>();
        services.AddSingleton<ScriptStore>().AddSingleton<ScriptCommand>().AddSingleton<ScriptTrial>();
        services.AddSingleton<PreflightCommand>().AddSingleton<BrokerChecks>().AddSingleton<BrokerManagement>();
        // Stored progress comes back first: the first snapshot shows it.
        services.AddSingleton<ProgressBoard>().AddHostedService<ProgressSaver>();
        services.AddSingleton<WitnessStore>().AddSingleton<WitnessBoard>().AddHostedService<WitnessKeeper>()
            .AddSingleton<QueueContinuity>();
        services.AddSingleton<PulseBoard>().AddSingleton<Hearing>().AddSingleton<ConditionDates>()
            .AddSingleton(provider => new TroubleDates(
                name => provider.GetRequiredService<EventStore>().Last(name, EventStore.Kept)));
        services.AddSingleton<StatusReading>().AddSingleton<StatusBoard>().AddSingleton<ResourceView>().AddHostedService<StatusKeeper>();
        services.AddSingleton<FailbackMetrics>().AddSingleton<TableMetrics>();
        services.AddSingleton<OperationRunner>().AddHostedService<OperationKeeper>().AddHostedService<StepKeeper>();
        services.AddSingleton<EventStream>().AddHostedService<EventRecorder>();
        services.AddHostedService<Housekeeping>().AddHostedService<Resealing>().AddHostedService<OwnerFencing>();
        services.AddSingleton<FailbackLists>().AddSingleton<ProgressHandler>();
        services.AddControlPlaneBus("control", Need, handlers => handlers
            .AddControlAnswer<GetFailbacks, FailbackList, FailbackLists>()
            .AddControlAnswer<GetWitness, Witness, WitnessBoard>()
            .AddHandler<ApplierProgress, ProgressHandler>()
            .AddHandler<ApplierProgress, WitnessBoard>()
            .AddHandler<SinkProgress, ProgressHandler>()
            .AddHandler<ServicePulse, PulseBoard>());
        Listen(builder);
        return builder;
    }

    public static WebApplication UseFailbackControl(this WebApplication app)
    {
        // They read the board when they are asked, and nothing else needs them.
        app.Services.GetRequiredService<FailbackMetrics>();
        app.Services.GetRequiredService<TableMetrics>();
        app.UseExceptionHandler();
        app.UseStatusCodePages(ProblemAnswers.WriteAsync);
        app.UseFailbackHealth();
        app.MapControlDocument();
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase),
            api => api.UseMiddleware<RequestRules>().UseMiddleware<AccessControl>().UseRateLimiter().UseMiddleware<AuditMiddleware>()
                .UseMiddleware<RepeatableCalls>());
        app.MapGroup("/api/v1/failbacks").WithTags("failbacks").MapFailbacks().MapProgress().MapEvents().MapDeadLetters().MapScripts()
            .MapPreflight().MapWebhookTokens().MapRewind();
        app.MapGroup("/api/v1/operations").WithTags("operations").MapOperations();
        app.MapGroup("/api/v1/audit").WithTags("audit").MapAudit();
        return app;
    }

    private static void Listen(WebApplicationBuilder builder)
    {
        ControlOptions options = builder.Configuration.GetSection(ControlOptions.Section).Get<ControlOptions>() ?? new ControlOptions();
        builder.WebHost.UseUrls(options.Url);
        builder.Services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ApiServer>();
    }
}
