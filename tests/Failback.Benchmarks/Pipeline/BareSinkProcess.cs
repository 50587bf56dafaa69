using System.Globalization;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Pipeline;

/// <summary><see cref="BareSink"/>, running.</summary>
internal sealed class BareSinkProcess : IAsyncDisposable
{
    private BareSinkProcess(TestVirtualHost broker)
    {
        int port = Ports.Next();
        Url = new Uri($"https://127.0.0.1:{port}/");
        Client = new HttpClient(new SpreadHandler([port]));
        var settings = new Dictionary<string, string>
        {
            [BareSink.Argument] = string.Create(CultureInfo.InvariantCulture, $"{port} {broker.Uri} bare.{port}"),
        };
        Process = new ServiceProcess(
            BareSink.Argument, typeof(BareSinkProcess).Assembly.Location, settings, Url,
            Path.Combine(Path.GetTempPath(), $"failback-bare-{port}.log"));
    }

    public Uri Url { get; }

    public HttpClient Client { get; }

    public ServiceProcess Process { get; }

    public static async Task<BareSinkProcess> StartAsync(TestVirtualHost broker)
    {
        var running = new BareSinkProcess(broker);
        running.Process.Start();
        await Wait.UntilAsync(running.IsReadyAsync, TimeSpan.FromSeconds(30), () => running.Process.LogTail());
        return running;
    }

    /// <summary>Empties its queue.</summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await Client.DeleteAsync(Url, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
        File.Delete(Process.LogFile);
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer = await Client.GetAsync(new Uri(Url, "readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (BrokenCall.IsWithoutResult(e))
        {
            return false;
        }
    }
}
