using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;
using Failback.Testing.Processes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;
using ProxyFaults = Failback.Testing.Processes.Faults;

namespace Failback.EndToEnd.Tests.Control;

/// <summary>A control process on a virtual host of its own behind a proxy, and services that follow it: everything but a target.</summary>
public sealed class ControlHarness : IAsyncDisposable
{
    public const string Token = "the-token-of-the-tests";

    /// <summary>Planted in every target URL; must show up nowhere.</summary>
    public const string Secret = "s3cret-pl4nted";

    private readonly List<IHost> _services = [];
    private readonly TestVirtualHost _virtualHost;

    private ControlHarness(TestVirtualHost virtualHost)
    {
        _virtualHost = virtualHost;
        Directory.CreateDirectory(Folder);
        Proxy = new FaultProxy(virtualHost.Uri.Host, virtualHost.Uri.Port);
        File.WriteAllText(Path.Combine(Folder, "key"), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        Url = new Uri($"http://127.0.0.1:{Ports.Next()}");
        Process = new ServiceProcess(
            "control",
            Repository.ServiceDll("Failback.Control"),
            new Dictionary<string, string>
            {
                ["Failback__RabbitMq__Uri"] = BrokerUri.ToString(),
                ["Failback__SecretsKeyFile"] = Path.Combine(Folder, "key"),
                ["Failback__Control__Url"] = Url.ToString().TrimEnd('/'),
                ["Failback__Control__ApiToken"] = Token,
                ["Failback__Control__Database"] = Path.Combine(Folder, "control.db"),
                ["Failback__Control__DescribeTimeout"] = "00:00:05",
                ["Failback__Control__SilentAfter"] = "00:00:03",
                ["Failback__Control__PublicSinkUrl"] = "https://sink.example:31004",
            },
            Url,
            Path.Combine(Folder, "control.log"));
        Client = new HttpClient { BaseAddress = new Uri(Url, "/api/v1/"), Timeout = TimeSpan.FromSeconds(30) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"failback-control-{Guid.NewGuid():N}"[..32]);

    public Uri Url { get; }

    public FaultProxy Proxy { get; }

    public ServiceProcess Process { get; }

    public HttpClient Client { get; }

    /// <summary>The broker as the processes reach it, through <see cref="Proxy"/>.</summary>
    public Uri BrokerUri => new UriBuilder(_virtualHost.Uri) { Host = "127.0.0.1", Port = Proxy.Port }.Uri;

    /// <summary>The broker itself.</summary>
    public Uri DirectBrokerUri => _virtualHost.Uri;

    public static async Task<ControlHarness> CreateAsync(bool start = true)
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("FAILBACK_TEST_RABBITMQ_URL")),
            "FAILBACK_TEST_RABBITMQ_URL is not set: run the tests with ./test.sh");
        var harness = new ControlHarness(await TestVirtualHost.CreateAsync());
        if (start) await harness.StartControlAsync();
        return harness;
    }

    public static JsonObject Definition(string more = "{}")
    {
        JsonObject body = JsonNode.Parse(
            $$"""{ "target": "postgres://u:{{Secret}}@db.example:5432/shop", "schemaFilter": "shop", "changefeed": { "managed": false } }""")!.AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(more)!.AsObject()) body[key] = value?.DeepClone();
        return body;
    }

    public async Task StartControlAsync()
    {
        Process.Start();
        await Process.WaitReadyAsync();
    }

    /// <summary>A service that follows control, as sink and appliers do; with tables it also answers for a target.</summary>
    public async Task<IServiceProvider> FollowAsync(
        string service, IReadOnlyList<TargetTableSummary>? tables = null, string? error = null, string stateFolder = "")
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Failback:RabbitMq:Uri"] = BrokerUri.ToString(),
            ["Failback:StateFolder"] = stateFolder,
        });
        builder.Logging.ClearProviders();
        if (tables is not null) builder.Services.AddSingleton(new PlayedTarget(tables, error));
        builder.Services.AddFailbackControlPlane(builder.Configuration, service, new BusNeed("it follows", null), handlers =>
        {
            if (tables is not null) handlers.AddAnswer<DescribeTarget, TargetDescription, PlayedTarget>("postgres");
        });
        IHost host = builder.Build();
        _services.Add(host);
        await host.StartAsync();
        return host.Services;
    }

    /// <summary>Runs control again when it is dead or frozen, and lets its connections pass; says what was wrong.</summary>
    public async Task<IReadOnlyList<string>> HealAsync()
    {
        List<string> mended = [.. new[] { Proxy.Heal(), Process.Heal() }.OfType<string>()];
        await Process.WaitReadyAsync();
        return mended;
    }

    public async Task StopFollowersAsync()
    {
        foreach (IHost host in _services)
        {
            await host.StopAsync();
            host.Dispose();
        }

        _services.Clear();
    }

    public async Task<(int Status, JsonNode Body, string? ETag)> CallAsync(
        HttpMethod method, string path, JsonNode? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using HttpResponseMessage answer = await Client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain(Secret, text + answer.Headers, StringComparison.Ordinal);
        JsonNode shown = text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        await DocumentedRefusals.CheckAsync(Client, method, request.RequestUri!, (int)answer.StatusCode, shown);
        return ((int)answer.StatusCode, shown, answer.Headers.ETag?.ToString());
    }

    /// <summary>Calls and insists on a status.</summary>
    public async Task<JsonNode> ExpectAsync(int status, HttpMethod method, string path, JsonNode? body = null)
    {
        (int actual, JsonNode answer, _) = await CallAsync(method, path, body);
        Assert.True(status == actual, $"{method} {path}: {actual} instead of {status}: {answer}\n{Process.LogTail(10)}");
        return answer;
    }

    /// <summary>Insists on a problem with a code and a next step.</summary>
    public async Task<JsonNode> RefusedAsync(int status, string code, HttpMethod method, string path, JsonNode? body = null)
    {
        JsonNode problem = await ExpectAsync(status, method, path, body);
        Assert.Equal(code, (string?)problem["code"]);
        Assert.NotEmpty((string?)problem["remedy"] ?? "");
        Assert.NotEmpty((string?)problem["detail"] ?? "");
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        Proxy.Faults = new ProxyFaults();
        await StopFollowersAsync();
        await Process.DisposeAsync();
        Client.Dispose();
        await Proxy.DisposeAsync();
        await _virtualHost.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
