using System.Globalization;
using System.Security.Cryptography;
using Failback.Apply.Continuity;
using Failback.Apply.Dialects;
using Failback.Apply.Groups;
using Failback.Apply.Inspection;
using Failback.Apply.Letters;
using Failback.Apply.Ownership;
using Failback.Apply.Settings;
using Failback.Apply.Writing;
using Failback.Contracts.Control;
using Failback.Hosting.Health;
using Failback.Messaging.ControlPlane;
using Failback.Messaging.Reading;
using Failback.Messaging.Topology;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Failback.Apply;

/// <summary>Adds the apply engine with one dialect to a process.</summary>
public static class ApplierRegistration
{
    /// <summary>Engine, control plane, answers about targets, and the health port.</summary>
    public static WebApplicationBuilder AddFailbackApplier(this WebApplicationBuilder builder, ITargetDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        IServiceCollection services = builder.Services;
        services.AddOptions<ApplierOptions>().BindConfiguration(ApplierOptions.Section).ValidateDataAnnotations().ValidateOnStart()
            .PostConfigure(o => o.Replica = o.Replica.Length > 0 ? o.Replica : DefaultReplica());
        services.AddSingleton(dialect);
        services.AddSingleton<WriteCounters>().AddSingleton<ApplyMetrics>().AddSingleton<GroupGauges>();
        services.AddSingleton<TargetDescriber>().AddSingleton<LetterDesk>().AddSingleton<CheckpointDesk>()
            .AddSingleton<OwnerFence>();
        services.AddSingleton<OwnedGroups>().AddSingleton<GroupStateAnswer>();
        services.AddSingleton(provider =>
        {
            ControlPlaneClient control = provider.GetRequiredService<ControlPlaneClient>();
            return new ContinuityGuard((name, token) => control.AskControlAsync<GetWitness, Witness>(new GetWitness(name), token));
        });
        services.AddFailbackBroker();
        services.AddSingleton<BrokerWatch>();
        services.AddFailbackControlPlane(
            builder.Configuration,
            "applier-" + dialect.Name,
            new BusNeed("orders of control are not heard, and nothing can be read from the queues", TimeSpan.FromSeconds(15)),
            handlers => handlers
                .AddAnswer<DescribeTarget, TargetDescription, TargetDescriber>(dialect.Name)
                .AddAnswer<ReadCheckpoints, FoundCheckpoints, CheckpointDesk>(dialect.Name)
                .AddAnswer<RewindCheckpoints, FoundCheckpoints, CheckpointDesk>(dialect.Name)
                .AddAnswer<FenceOwners, FoundCheckpoints, OwnerFence>(dialect.Name)
                .AddAnswer<FindDeadLetters, FoundDeadLetters, LetterDesk>(dialect.Name)
                .AddAnswer<ShowDeadLetter, ShownDeadLetter, LetterDesk>(dialect.Name)
                .AddAnswer<SettleDeadLetters, SettledDeadLetters, LetterDesk>(dialect.Name)
                .AddOwnerAnswer<GroupStateNow, GroupState, GroupStateAnswer>());
        services.AddSingleton<TargetContacts>().AddSingleton<ApplierStandings>();
        services.AddFailbackPulse<ApplierStandings>().AddHostedService<ApplierService>();
        services.AddHealthChecks().AddCheck<ApplierCheck>("failbacks", tags: [HealthEndpoints.Ready]);
        int port = HealthPort(builder);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(port));
        return builder;
    }

    /// <summary>Port of the health endpoints as configured.</summary>
    public static int HealthPort(WebApplicationBuilder builder) =>
        (Microsoft.Extensions.Configuration.ConfigurationBinder.Get<ApplierOptions>(
            builder.Configuration.GetSection(ApplierOptions.Section)) ?? new ApplierOptions()).HealthPort;

    private static string DefaultReplica() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");
}
