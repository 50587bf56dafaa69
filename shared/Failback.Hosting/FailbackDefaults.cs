using Failback.Hosting.Logging;
using Failback.Hosting.Secrets;
using Failback.Hosting.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Failback.Hosting;

/// <summary>The defaults of every service: settings, JSON logs, metrics, traces, health, secrets, an orderly stop.</summary>
public static class FailbackDefaults
{
    /// <summary>Folder of container secrets: one file per setting, named like the environment variable.</summary>
    public const string SecretsFolder = "/run/secrets";

    /// <summary>Longest duration of a stop, 25 s; below the 30 s that Kubernetes allows by default.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);

    /// <summary>
    /// Adds the defaults. Settings come from appsettings.json, files under <c>/run/secrets</c> (or the folder in
    /// <c>Failback__SecretsFolder</c>), the environment and the command line; later sources win.
    /// </summary>
    /// <param name="builder">The application being built.</param>
    /// <param name="service">Short name in logs and metrics: <c>sink</c>, <c>control</c>, <c>applier-postgres</c>.</param>
    public static WebApplicationBuilder AddFailbackDefaults(this WebApplicationBuilder builder, string service)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddSecretFiles(builder.Configuration);
        JsonLines.AddTo(builder.Logging, service);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton(provider => SecretBox.FromConfiguration(
            provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SecretBox>>()));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout);
        builder.Services.AddHealthChecks();
        FailbackTelemetry.AddTo(builder.Services, builder.Configuration, service);
        return builder;
    }

    private static void AddSecretFiles(ConfigurationManager configuration)
    {
        string folder = configuration["Failback:SecretsFolder"] ?? SecretsFolder;
        if (!Directory.Exists(folder)) return;
        IList<IConfigurationSource> sources = ((IConfigurationBuilder)configuration).Sources;
        // Secret files stand directly before the environment: an environment variable overrides a file.
        int environment = sources.ToList()
            .FindLastIndex(source => source is EnvironmentVariablesConfigurationSource { Prefix: null or "" });
        sources.Insert(
            environment < 0 ? sources.Count : environment,
            new KeyPerFileConfigurationSource { FileProvider = new PhysicalFileProvider(folder), Optional = true });
    }
}
