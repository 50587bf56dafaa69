using System.Diagnostics;

namespace Failback.Testing.Processes;

/// <summary>A private MariaDB or MySQL with its own settings, made by <c>deploy/native/servers.sh</c>.</summary>
public sealed class PrivateSqlServer : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _folder;

    private PrivateSqlServer(string name, string folder)
    {
        _name = name;
        _folder = folder;
    }

    /// <summary>URL of the superuser, without a database.</summary>
    public Uri Url { get; private set; } = new("mysql://localhost/");

    /// <summary>Creates and starts the server.</summary>
    /// <param name="name"><c>mariadb</c> or <c>mysql</c>.</param>
    /// <param name="folder">Folder for its data; deleted at the end.</param>
    /// <param name="settings">Lines for the mysqld section of its configuration.</param>
    public static async Task<PrivateSqlServer> StartAsync(string name, string folder, params string[] settings)
    {
        var server = new PrivateSqlServer(name, folder);
        Directory.CreateDirectory(folder);
        await File.WriteAllLinesAsync(Path.Combine(folder, name + ".cnf"), settings);
        string output = await server.RunAsync("up", "--fast");
        string key = $"FAILBACK_{name.ToUpperInvariant()}_URL=";
        server.Url = new Uri(output.Split('\n').First(l => l.StartsWith(key, StringComparison.Ordinal))[key.Length..].Trim());
        return server;
    }

    public async ValueTask DisposeAsync() => await RunAsync("down", "--purge");

    private async Task<string> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in (string[])[
            Path.Combine(Repository.Root, "deploy", "native", "servers.sh"), .. command, "--dir", _folder, "--only", _name])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"servers.sh {command[0]} failed with {process.ExitCode}: {await errors}");
    }
}
