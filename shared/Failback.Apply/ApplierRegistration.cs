using System.Globalization;
using System.Security.Cryptography;
using Failback.Apply.Writing;
using Failback.Messaging;
using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Failback.Apply;

/// <summary>Adds the apply engine with one dialect to a process.</summary>
public static class ApplierRegistration
{
    /// <summary>Engine, control plane and answers about targets.</summary>
    public static IServiceCollection AddFailbackApplier(this IServiceCollection services, IConfiguration configuration, ITargetDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        services.AddOptions<ApplierOptions>().Bind(configuration.GetSection(ApplierOptions.Section)).ValidateDataAnnotations().ValidateOnStart()
            .PostConfigure(o => o.Replica = o.Replica.Length > 0 ? o.Replica : DefaultReplica());
        services.AddSingleton(dialect);
        services.AddSingleton<WriteCounters>();
        services.AddSingleton<TargetDescriber>();
        services.AddFailbackBroker();
        services.AddFailbackControlPlane(
            configuration,
            "applier-" + dialect.Name,
            bus => bus.AddTargetDescriber(dialect.Name, (provider, request, token) => provider.GetRequiredService<TargetDescriber>().DescribeAsync(request, token)));
        services.AddHostedService<ApplierService>();
        return services;
    }

    private static string DefaultReplica() =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");
}
