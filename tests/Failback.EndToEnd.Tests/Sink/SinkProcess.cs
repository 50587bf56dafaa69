using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Failback.Contracts.Control;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>The sink as a process of its own, with its failbacks from a state folder; no control is running.</summary>
internal sealed class SinkProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly StringBuilder _log = new();
    private readonly string _instance;
    private bool _disposed;

    private SinkProcess(Process process, string folder, int port, int healthPort)
    {
        _instance = process.StartInfo.Environment["Failback__Instance"] = $"sink-{Guid.NewGuid():N}";
        _process = process;
        _folder = folder;
        Port = port;
        HealthPort = healthPort;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) };
#pragma warning disable CA5359 // The certificate was made by the sink a moment ago.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        Client = new HttpClient(handler) { BaseAddress = new Uri($"https://localhost:{port}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    public HttpClient Client { get; }

    public int Port { get; }

    public int HealthPort { get; }

    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>Peak resident memory so far, in bytes.</summary>
    public long PeakMemory => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture);

    public static async Task<SinkProcess> StartAsync(
        TestBroker broker, FailbackSpec[]? failbacks, Dictionary<string, string>? settings = null, bool waitUntilReady = true)
    {
        string folder = Directory.CreateTempSubdirectory("failback-sink-").FullName;
        if (failbacks is not null)
            await File.WriteAllTextAsync(
                Path.Combine(folder, "failbacks-sink.json"), JsonSerializer.Serialize(new FailbackList(failbacks, 1)));
        (int port, int healthPort) = (Ports.Next(), Ports.Next());
        var start = new ProcessStartInfo(
            "dotnet", [Repository.ServiceDll("Failback.Sink")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment["Failback__RabbitMq__Uri"] = broker.Uri.ToString();
        start.Environment["Failback__StateFolder"] = folder;
        start.Environment["Failback__Sink__Port"] = $"{port}";
        start.Environment["Failback__Sink__HealthPort"] = $"{healthPort}";
        if (settings?.ContainsKey("Failback__Sink__TlsCertificate") != true) start.Environment["Failback__Sink__TlsSelfSigned"] = "true";
        start.Environment["Failback__Sink__DisableAuthentication"] = "true";
        foreach ((string name, string value) in settings ?? []) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        var sink = new SinkProcess(process, folder, port, healthPort);
        process.OutputDataReceived += sink.OnLine;
        process.ErrorDataReceived += sink.OnLine;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (waitUntilReady) await sink.WaitUntilReadyAsync();
        return sink;
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer = await Client.GetAsync(new Uri($"http://127.0.0.1:{HealthPort}/readyz"));
            return answer.IsSuccessStatusCode && HealthReport.IsOf(await answer.Content.ReadAsStringAsync(), _process.Id, _instance);
        }
        catch (Exception e) when (BrokenCall.IsWithoutResult(e))
        {
            return false;
        }
    }

    public async Task WaitUntilReadyAsync()
    {
        await Wait.UntilAsync(async () => _process.HasExited || await IsReadyAsync(), () => "the sink is not ready\n" + Log);
        if (_process.HasExited) throw new InvalidOperationException("the sink ended\n" + Log);
    }

    public async Task WaitUntilServingAsync()
    {
        await Wait.UntilAsync(
            () => Task.FromResult(_process.HasExited || Log.Contains("Application started", StringComparison.Ordinal)), () => Log);
        if (_process.HasExited) throw new InvalidOperationException("the sink ended\n" + Log);
    }

    public async Task<HttpStatusCode> PostAsync(string path, string body)
    {
        using HttpResponseMessage answer = await SendAsync(path, body);
        return answer.StatusCode;
    }

    public Task<HttpResponseMessage> SendAsync(string path, string body) =>
        Client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    /// <summary>False once it has ended.</summary>
    public bool IsRunning => !_process.HasExited;

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        Client.Dispose();
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void OnLine(object sender, DataReceivedEventArgs e)
    {
        lock (_log) _log.AppendLine(e.Data);
    }
}
