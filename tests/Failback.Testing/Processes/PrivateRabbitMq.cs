namespace Failback.Testing.Processes;

/// <summary>A RabbitMQ of its own for tests that kill it.</summary>
public sealed class PrivateRabbitMq : IAsyncDisposable
{
    private readonly PrivateServer _server;

    private PrivateRabbitMq(PrivateServer server) => _server = server;

    public Uri Uri => new(_server.Environment["FAILBACK_RABBITMQ_URL"]);

    public Uri ManagementUri => _server.Environment.TryGetValue("FAILBACK_RABBITMQ_MANAGEMENT_URL", out string? url)
        ? new UriBuilder(url) { UserName = Uri.UserInfo.Split(':')[0], Password = Uri.UserInfo.Split(':')[1] }.Uri
        : new UriBuilder(Uri) { Scheme = "http", Port = Uri.Port + 1, Path = "/" }.Uri;

    public static async Task<PrivateRabbitMq> StartAsync() => new(await PrivateServer.StartAsync("rabbitmq"));

    /// <summary>SIGKILL of the server and its children; the data stay.</summary>
    public Task KillAsync() => _server.KillAsync();

    /// <summary>The same until the outage ends.</summary>
    public async Task<Outage> KilledAsync()
    {
        await KillAsync();
        return new Outage(StartAgainAsync, () => Task.CompletedTask);
    }

    /// <summary>Starts it again when it does not run; says so, null: nothing was wrong.</summary>
    public Task<string?> HealAsync() => _server.HealAsync();

    /// <summary>Ends it in good order.</summary>
    public Task StopAsync() => _server.StopAsync();

    /// <summary>Starts it again on the same data and waits until it answers.</summary>
    public Task StartAgainAsync() => _server.StartAgainAsync();

    /// <summary>RabbitMQ's own tool.</summary>
    /// <param name="arguments">What follows <c>rabbitmqctl</c>.</param>
    public Task ControlAsync(string arguments) => _server.RabbitMqControlAsync(arguments);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
