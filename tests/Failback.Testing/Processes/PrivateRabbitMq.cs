using System.Diagnostics;

namespace Failback.Testing.Processes;

/// <summary>A RabbitMQ of its own for tests that kill it, made by <c>deploy/native/servers.sh</c>.</summary>
public sealed class PrivateRabbitMq : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"failback-rabbitmq-{Guid.NewGuid():N}");
    private Dictionary<string, string> _environment = [];

    private PrivateRabbitMq() { }

    public Uri Uri => new(_environment["FAILBACK_RABBITMQ_URL"]);

    public Uri ManagementUri => _environment.TryGetValue("FAILBACK_RABBITMQ_MANAGEMENT_URL", out string? url)
        ? new UriBuilder(url) { UserName = Uri.UserInfo.Split(':')[0], Password = Uri.UserInfo.Split(':')[1] }.Uri
        : new UriBuilder(Uri) { Scheme = "http", Port = Uri.Port + 1, Path = "/" }.Uri;

    public static async Task<PrivateRabbitMq> StartAsync()
    {
        var server = new PrivateRabbitMq();
        // fsync stays on: these tests kill the server and count what it confirmed.
        string output = await server.RunAsync("up");
        server._environment = output.Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1].Trim(), StringComparer.Ordinal);
        return server;
    }

    /// <summary>SIGKILL of the server and its children; the data stay.</summary>
    public Task KillAsync() => RunAsync("kill");

    /// <summary>Starts it again on the same data and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        string reason = "";
        await Wait.UntilAsync(async () =>
        {
            try
            {
                await RunAsync("start");
                return true;
            }
            catch (InvalidOperationException e)
            {
                // Right after a kill its ports may still be taken.
                reason = e.Message;
                return false;
            }
        }, TimeSpan.FromSeconds(60), () => reason);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("kill");
        await RunAsync("down", "--purge");
    }

    private async Task<string> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in (string[])[Path.Combine(Repository.Root, "deploy", "native", "servers.sh"), .. command, "--dir", _folder, "--only", "rabbitmq"]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"servers.sh {command[0]} failed with {process.ExitCode}: {await errors}");
    }
}
