namespace Failback.Testing.Processes;

/// <summary>A private RabbitMQ for tests that kill it.</summary>
public sealed class PrivateRabbitMq : IAsyncDisposable
{
    private readonly PrivateServer _server;

    private PrivateRabbitMq(PrivateServer server) => _server = server;

    public Uri Uri => new(_server.Environment["FAILBACK_RABBITMQ_URL"]);

    public Uri ManagementUri => _server.Environment.TryGetValue("FAILBACK_RABBITMQ_MANAGEMENT_URL", out string? url)
        ? new UriBuilder(url) { UserName = Uri.UserInfo.Split(':')[0], Password = Uri.UserInfo.Split(':')[1] }.Uri
        : new UriBuilder(Uri) { Scheme = "http", Port = Uri.Port + 1, Path = "/" }.Uri;

    /// <summary>Where its plugin for Prometheus answers; null: the server was started elsewhere and does not say.</summary>
    public Uri? MetricsUri =>
        _server.Environment.TryGetValue("FAILBACK_RABBITMQ_METRICS_URL", out string? url) ? new Uri(url) : null;

    public static async Task<PrivateRabbitMq> StartAsync() => new(await PrivateServer.StartAsync("rabbitmq"));

    /// <summary>Kills the server and its children with SIGKILL; the data stay.</summary>
    public Task KillAsync() => _server.KillAsync();

    /// <summary>Kills the server until the outage ends.</summary>
    public async Task<Outage> KilledAsync()
    {
        await KillAsync();
        return new Outage(StartAgainAsync, () => Task.CompletedTask);
    }

    /// <summary>Restarts it when it does not run; returns a description in that case, otherwise null.</summary>
    public Task<string?> HealAsync() => _server.HealAsync();

    /// <summary>Stops it in order.</summary>
    public Task StopAsync() => _server.StopAsync();

    /// <summary>Starts it on the same data and waits until it is ready.</summary>
    public Task StartAgainAsync() => _server.StartAgainAsync();

    /// <summary>Runs <c>rabbitmqctl</c>.</summary>
    /// <param name="arguments">Arguments of <c>rabbitmqctl</c>.</param>
    public Task ControlAsync(string arguments) => _server.RabbitMqControlAsync(arguments);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
