using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Failback.Testing.Processes;
using Npgsql;
using Xunit;

namespace Failback.EndToEnd.Tests.Stacks;

/// <summary>Stacks that come up at the same time take different ports, and none takes another one's server for its own.</summary>
public sealed class TwoStacksTests : IAsyncLifetime
{
    private const string Servers = "deploy/native/servers.sh";
    private readonly string[] _folders = [
        .. Enumerable.Range(0, 3).Select(_ => Path.Combine(Path.GetTempPath(), $"failback-two-{Guid.NewGuid():N}"))];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Servers_brought_up_at_once_have_ports_of_their_own()
    {
        // Both look from the same port on, which without --fast is the first one.
        Script[] up = await Task.WhenAll(_folders[..2].Select(folder => Script.RunAsync($"{Servers} up --dir {folder} --only postgres")));
        Assert.All(up, run => Assert.True(run.ExitCode == 0, run.Errors));
        string[] urls = [.. up.Select(run => run["FAILBACK_POSTGRES_URL"])];
        Assert.Equal(2, urls.Select(url => new Uri(url).Port).Distinct().Count());
        for (int i = 0; i < urls.Length; i++)
        {
            await using var connection = new NpgsqlConnection(TestServers.Npgsql(urls[i]).ConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand("show data_directory", connection);
            Assert.Equal(
                Path.Combine(_folders[i], "postgres", "data"),
                (string?)await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_server_does_not_take_a_stranger_on_its_port_for_itself()
    {
        string folder = _folders[0];
        int port = new Uri((await UpAsync(folder))["FAILBACK_POSTGRES_URL"]).Port;
        Assert.Equal(0, (await Script.RunAsync($"{Servers} stop --dir {folder}")).ExitCode);
        using (Stranger(port))
        {
            Script start = await Script.RunAsync($"{Servers} start --dir {folder}");
            Assert.Equal(1, start.ExitCode);
            Assert.Contains($"port {port}", start.Errors, StringComparison.Ordinal);
            Assert.Contains($"down --purge --dir {folder}", start.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await Script.RunAsync($"{Servers} start --dir {folder}")).ExitCode);

        // One that has never answered chooses again.
        await File.WriteAllTextAsync(
            Path.Combine(Directory.CreateDirectory(_folders[1]).FullName, "port-base"), "23900\n", TestContext.Current.CancellationToken);
        using (Stranger(23900))
        {
            Script up = await UpAsync(_folders[1]);
            Assert.NotEqual(23900, new Uri(up["FAILBACK_POSTGRES_URL"]).Port);
            Assert.Contains("port 23900 is taken", up.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Scripts_and_tests_keep_out_of_each_others_ports()
    {
        string folder = Directory.CreateDirectory(_folders[0]).FullName;
        int taken = Ports.Next();
        string reserve = $"set -e; . deploy/native/lib.sh; . deploy/native/ports.sh; reserve_port {folder} {taken}";
        string path = Path.Combine(folder, "reserve.sh");
        await File.WriteAllTextAsync(path, reserve, TestContext.Current.CancellationToken);
        int theirs = int.Parse((await Script.RunAsync($"bash {path}")).Output, CultureInfo.InvariantCulture);
        Assert.NotEqual(taken, theirs);
        Assert.NotEqual(theirs, int.Parse((await Script.RunAsync($"bash {path}")).Output, CultureInfo.InvariantCulture));
        Assert.DoesNotContain(theirs, Enumerable.Range(0, 50).Select(_ => Ports.Next()));
        // Nobody owns what belonged to a folder that is gone.
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(_folders[1]);
        await File.WriteAllTextAsync(
            Path.Combine(_folders[1], "reserve.sh"),
            $". deploy/native/lib.sh; . deploy/native/ports.sh; reserve_port {_folders[1]} {theirs}",
            TestContext.Current.CancellationToken);
        Assert.Equal(theirs, int.Parse((await Script.RunAsync($"bash {_folders[1]}/reserve.sh")).Output, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string folder in _folders.Where(Directory.Exists))
        {
            if (File.Exists(Path.Combine(folder, "postgres", "settings"))) await Script.RunAsync($"{Servers} down --purge --dir {folder}");
            else Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Script> UpAsync(string folder)
    {
        Script up = await Script.RunAsync($"{Servers} up --fast --dir {folder} --only postgres");
        Assert.True(up.ExitCode == 0, up.Errors);
        return up;
    }

    private static TcpListener Stranger(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }
}
