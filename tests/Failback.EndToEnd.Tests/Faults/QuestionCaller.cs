using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>A process that asks appliers, as control does.</summary>
internal sealed class QuestionCaller : IAsyncDisposable
{
    private readonly IHost _host;

    private QuestionCaller(IHost host) => _host = host;

    public AppliersClient Appliers => _host.Services.GetRequiredService<AppliersClient>();

    public static async Task<QuestionCaller> StartAsync(Uri broker)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Failback:RabbitMq:Uri"] = broker.ToString() });
        builder.Logging.ClearProviders();
        builder.Services.AddControlPlaneBus("asker", new BusNeed("it asks", null), _ => { });
        IHost host = builder.Build();
        await host.StartAsync();
        return new QuestionCaller(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
