using System.Diagnostics;
using Failback.Messaging.Broker;
using Failback.Messaging.Topology;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using Xunit;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>The broker of the test run, or one of a test's own that it may kill, freeze and block.</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private readonly string? _folder;
    private bool _frozen;
    private bool _alarmed;

    private TestBroker(Uri uri, string? folder)
    {
        Uri = uri;
        _folder = folder;
    }

    public Uri Uri { get; }

    public static TestBroker Shared()
    {
        string? uri = Environment.GetEnvironmentVariable("FAILBACK_TEST_RABBITMQ_URL");
        Assert.SkipWhen(string.IsNullOrEmpty(uri), "FAILBACK_TEST_RABBITMQ_URL is not set: no RabbitMQ for this test");
        return new TestBroker(new Uri(uri!), null);
    }

    /// <summary>An address where nobody listens.</summary>
    public static TestBroker Nowhere() => new(new Uri("amqp://someone:hidden@127.0.0.1:9/"), null);

    /// <summary>The broker of the test run, with a password that is not its own.</summary>
    public static TestBroker Locked(string password)
    {
        Uri uri = Shared().Uri;
        return new TestBroker(new UriBuilder(uri) { Password = password }.Uri, null);
    }

    /// <summary>Starts a broker that nobody else uses.</summary>
    public static async Task<TestBroker> OwnAsync()
    {
        Assert.SkipWhen(Script.Length == 0, "FAILBACK_TEST_SERVERS is not set: no script to start a broker that may be killed");
        string folder = Directory.CreateTempSubdirectory("failback-broker-").FullName;
        await RunAsync("chmod", "755", folder);
        string output = await RunAsync(Script, "up", "--fast", "--only", "rabbitmq", "--dir", folder);
        string uri = output.Split('\n').Single(line => line.StartsWith("FAILBACK_RABBITMQ_URL=", StringComparison.Ordinal))
            .Split('=', 2)[1];
        return new TestBroker(new Uri(uri), folder);
    }

    private static string Script => Environment.GetEnvironmentVariable("FAILBACK_TEST_SERVERS") ?? "";

    public BrokerConnections Connections => new(Options.Create(new BrokerOptions { Uri = Uri }));

    public async Task DeclareAsync(IEnumerable<string> queues, TableQueueOptions? options = null)
    {
        await using IConnection connection = await Connections.OpenAsync("test", CancellationToken.None);
        await TableQueueTopology.DeclareAsync(connection, queues, options ?? new TableQueueOptions(), CancellationToken.None);
    }

    public async Task PurgeAsync(IEnumerable<string> queues)
    {
        await using IConnection connection = await Connections.OpenAsync("test", CancellationToken.None);
        await using IChannel channel = await connection.CreateChannelAsync();
        foreach (string queue in queues) await channel.QueuePurgeAsync(queue);
    }

    public Task KillAsync() => RunAsync(Script, "kill", "--only", "rabbitmq", "--dir", _folder!);

    public Task StartAsync() => RunAsync(Script, "start", "--only", "rabbitmq", "--dir", _folder!);

    public async Task FreezeAsync()
    {
        await RunAsync("kill", "-STOP", await PidAsync());
        _frozen = true;
    }

    public async Task ThawAsync()
    {
        await RunAsync("kill", "-CONT", await PidAsync());
        _frozen = false;
    }

    /// <summary>A broker of one's own: runs it again, thaws it, ends its alarm; says what was wrong.</summary>
    public async Task<IReadOnlyList<string>> HealAsync()
    {
        List<string> mended = [];
        if ((await PidAsync()).Length == 0)
        {
            await StartAsync();
            (_frozen, _alarmed) = (false, false);
            mended.Add("the broker did not run");
        }

        if (_frozen)
        {
            await ThawAsync();
            mended.Add("the broker was frozen");
        }

        if (_alarmed)
        {
            await AlarmAsync(on: false);
            mended.Add("the broker was alarmed");
        }

        return mended;
    }

    /// <summary>Sets off or clears the memory alarm, by moving its threshold.</summary>
    public async Task AlarmAsync(bool on)
    {
        Dictionary<string, string> environment = (await File.ReadAllTextAsync($"/proc/{await PidAsync()}/environ")).Split(
            '\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2)).GroupBy(pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(pairs => pairs.Key, pairs => pairs.Last()[1], StringComparer.Ordinal);
        string erlang = environment["PATH"].Split(':').First(entry => entry.EndsWith("/erlang/bin", StringComparison.Ordinal));
        string control = Path.GetFullPath(Path.Combine(erlang, "../../rabbitmq/bin/rabbitmqctl"));
        await RunAsync(
            new ProcessStartInfo(
                control, ["-n", environment["RABBITMQ_NODENAME"], "set_vm_memory_high_watermark", on ? "0.000001" : "0.6"]),
            environment);
        _alarmed = on;
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is null) return;
        await RunAsync(Script, "kill", "--only", "rabbitmq", "--dir", _folder);
        await RunAsync(Script, "down", "--purge", "--only", "rabbitmq", "--dir", _folder);
    }

    private async Task<string> PidAsync()
    {
        string output = await RunAsync(Script, "ps", "--only", "rabbitmq", "--dir", _folder!);
        return output.Trim().Split(' ')[^1];
    }

    private static Task<string> RunAsync(string program, params string[] arguments) =>
        RunAsync(new ProcessStartInfo(program, arguments), null);

    private static async Task<string> RunAsync(ProcessStartInfo start, Dictionary<string, string>? environment)
    {
        // Servers that a script leaves running keep its error output open: it goes to a file, and only the end of the script is waited for.
        string output = Path.GetTempFileName();
        var shell = new ProcessStartInfo(
            "/bin/bash", ["-c", "exec \"$@\" >\"$OUTPUT\" 2>&1 </dev/null", "bash", start.FileName, .. start.ArgumentList]);
        if (environment is not null)
        {
            shell.Environment.Clear();
            foreach ((string name, string value) in environment) shell.Environment[name] = value;
        }

        shell.Environment["OUTPUT"] = output;
        using Process process = Process.Start(shell)!;
        await process.WaitForExitAsync();
        string text = await File.ReadAllTextAsync(output);
        File.Delete(output);
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {text}");
        return text;
    }
}
