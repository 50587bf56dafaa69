using System.Diagnostics;

namespace Failback.Testing.Processes;

/// <summary>A private database or broker server for tests that kill it, made by <c>deploy/native/servers.sh</c>.</summary>
public sealed class PrivateServer : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"failback-private-{Guid.NewGuid():N}");
    private readonly string _name;
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    private PrivateServer(string name) => _name = name;

    /// <summary>Addresses printed by <c>servers.sh</c>, for example <c>FAILBACK_POSTGRES_URL</c>.</summary>
    public IReadOnlyDictionary<string, string> Environment => _environment;

    /// <param name="name"><c>postgres</c> or <c>rabbitmq</c>.</param>
    public static async Task<PrivateServer> StartAsync(string name)
    {
        var server = new PrivateServer(name);
        // fsync stays on: these tests kill the server and count what it confirmed.
        string output = await server.RunAsync("up");
        foreach (string[] pair in output.Split('\n').Select(l => l.Split('=', 2)).Where(p => p.Length == 2))
            server._environment[pair[0]] = pair[1].Trim();
        return server;
    }

    /// <summary>Kills the server and its children with SIGKILL; the data stay.</summary>
    public Task KillAsync() => RunAsync("kill");

    /// <summary>Stops it in order; sessions are cut.</summary>
    public Task StopAsync() => RunAsync("stop");

    /// <summary>Restarts it when it does not run; returns a description in that case, otherwise null.</summary>
    public async Task<string?> HealAsync()
    {
        if ((await RunAsync("ps")).Trim().Length > 0) return null;
        await StartAgainAsync();
        return $"{_name} did not run";
    }

    /// <summary>Starts it on the same data and waits until it is ready.</summary>
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

    /// <summary>Runs <c>rabbitmqctl</c> on a server.</summary>
    /// <param name="arguments">Arguments of <c>rabbitmqctl</c>.</param>
    /// <param name="folder">Folder of the servers.</param>
    public static Task RabbitMqControlAsync(string arguments, string folder) =>
        ScriptAsync(["rabbitmqctl", "--dir", folder, "--", .. arguments.Split(' ')]);

    /// <summary>Runs <c>rabbitmqctl</c> on this server.</summary>
    public Task RabbitMqControlAsync(string arguments) => RabbitMqControlAsync(arguments, _folder);

    private Task<string> RunAsync(params string[] command) => ScriptAsync([.. command, "--dir", _folder, "--only", _name]);

    private static async Task<string> ScriptAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in (string[])[Path.Combine(Repository.Root, "deploy", "native", "servers.sh"), .. arguments])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"servers.sh {string.Join(' ', arguments)} failed with {process.ExitCode}: {output}{await errors}");
    }
}
