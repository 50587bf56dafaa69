using System.Diagnostics;
using System.Text.Json;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>A real Prometheus that scrapes the processes of a stack every second, with the alerts' rules made impatient.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly string _folder;
    private readonly Process _process;

    private PrometheusServer(string folder, int port, Process process)
    {
        _folder = folder;
        _process = process;
        _client.BaseAddress = new Uri($"http://127.0.0.1:{port}");
    }

    public static async Task<PrometheusServer> StartAsync(FailbackStack stack, Uri? broker)
    {
        string program = MonitoringPrograms.Path("prometheus");
        string folder = Directory.CreateTempSubdirectory("failback-prometheus-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), AlertRules.Impatient);
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: [ rules.yml ]
            scrape_configs:
              - { job_name: failback-control, static_configs: [ { targets: [ "{{stack.Control.Health.Authority}}" ] } ] }
              - { job_name: failback-sink, static_configs: [ { targets: [ "{{stack.Sinks[0].Health.Authority}}" ] } ] }
              - { job_name: failback-applier, static_configs: [ { targets: [ "{{stack.Appliers[0].Health.Authority}}" ] } ] }
              - { job_name: rabbitmq, static_configs: [ { targets: [ "{{broker?.Authority}}" ] } ] }
            """);
        int port = Ports.Next();
        Process process = Process.Start(new ProcessStartInfo(program, [
            $"--config.file={Path.Combine(folder, "prometheus.yml")}", $"--storage.tsdb.path={Path.Combine(folder, "data")}",
            $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"])
        { UseShellExecute = false, WorkingDirectory = folder })!;
        var server = new PrometheusServer(folder, port, process);
        await Wait.UntilAsync(server.IsReadyAsync, TimeSpan.FromSeconds(60), () => "Prometheus is not ready");
        return server;
    }

    /// <summary>Alerts that fire now, with the failback that they are about, if any: <c>FailbackLagging shop</c>.</summary>
    public async Task<IReadOnlyList<string>> FiringAsync() =>
        [.. (await QueryAsync("ALERTS{alertstate=\"firing\"}")).Select(labels => labels.TryGetProperty("failback", out JsonElement failback)
            ? $"{labels.GetProperty("alertname")} {failback}"
            : $"{labels.GetProperty("alertname")}")];

    /// <summary>Labels of the series that a query finds.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string query)
    {
        using var content = new FormUrlEncodedContent([new KeyValuePair<string, string>("query", query)]);
        using HttpResponseMessage answer = await _client.PostAsync(new Uri("/api/v1/query", UriKind.Relative), content);
        string body = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{query}: {body}");
        return [
            .. JsonDocument.Parse(body).RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
                .Select(series => series.GetProperty("metric"))];
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer = await _client.GetAsync(new Uri("/-/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (BrokenCall.IsWithoutResult(e))
        {
            return false;
        }
    }
}
