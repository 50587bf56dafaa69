using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Failback.Contracts;
using Failback.Testing.Captures;

namespace Failback.Testing.Processes;

/// <summary>The composition of a stack.</summary>
/// <param name="Sinks">Sink processes.</param>
/// <param name="Appliers">Applier processes.</param>
/// <param name="RabbitMq">Broker to use instead of the test server's.</param>
/// <param name="Applier">Project of the applier service.</param>
/// <param name="ApplierSettings">Further settings of the appliers, in environment form.</param>
/// <param name="WebhookAuthentication">True when the sinks require tokens (their default); false lets tests post without one.</param>
/// <param name="SinkSettings">Further settings of the sinks, in environment form.</param>
/// <param name="BrokerPort">Returns the port at which a process, given by name, reaches the broker; null: the broker's own.</param>
/// <param name="ControlDatabase">URL of the database that all controls share; null: a file of the one control.</param>
/// <param name="Controls">Control processes.</param>
/// <param name="ControlSettings">Further settings of the controls, in environment form.</param>
public sealed record StackOptions(
    int Sinks = 1,
    int Appliers = 1,
    PrivateRabbitMq? RabbitMq = null,
    string Applier = "Failback.Applier.Postgres",
    Dictionary<string, string>? ApplierSettings = null,
    bool WebhookAuthentication = false,
    Dictionary<string, string>? SinkSettings = null,
    Func<string, int?>? BrokerPort = null,
    string? ControlDatabase = null,
    int Controls = 1,
    Dictionary<string, string>? ControlSettings = null);

/// <summary>The published processes on ports and a virtual host of their own.</summary>
public sealed class FailbackStack : IAsyncDisposable
{
    private const string Token = "test-token-of-a-stack";
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"failback-stack-{Guid.NewGuid():N}"[..30]);
    private readonly TestVirtualHost _broker;
    private readonly StackOptions _options;
    private readonly List<int> _sinkPorts = [];

    private FailbackStack(TestVirtualHost broker, StackOptions options)
    {
        _broker = broker;
        _options = options;
        Directory.CreateDirectory(_folder);
        File.WriteAllText(KeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        for (int i = 0; i < options.Controls; i++) AddControl();
    }

    public Uri ControlUrl => Control.Health;

    public string ApiToken { get; } = Token;

    /// <summary>Clients, one per control.</summary>
    public List<ControlClient> Clients { get; } = [];

    /// <summary>Logs, state and the secrets key of its processes.</summary>
    public string Folder => _folder;

    public ControlClient Client => Clients[0];

    public List<ServiceProcess> Controls { get; } = [];

    public ServiceProcess Control => Controls[0];

    public List<ServiceProcess> Sinks { get; } = [];

    public List<ServiceProcess> Appliers { get; } = [];

    public TestVirtualHost Broker => _broker;

    private string KeyFile => Path.Combine(_folder, "secrets.key");

    private IEnumerable<ServiceProcess> All => [.. Controls, .. Sinks, .. Appliers];

    /// <summary>Starts all processes and waits until they are ready.</summary>
    public static async Task<FailbackStack> StartAsync(StackOptions? options = null)
    {
        options ??= new StackOptions();
        var stack = new FailbackStack(await TestVirtualHost.CreateAsync(options.RabbitMq?.Uri, options.RabbitMq?.ManagementUri), options);
        for (int i = 0; i < options.Sinks; i++) stack.AddSink();
        for (int i = 0; i < options.Appliers; i++) stack.AddApplier();
        try
        {
            foreach (ServiceProcess process in stack.All) process.Start();
            await Task.WhenAll(stack.All.Select(p => p.WaitReadyAsync()));
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    private void AddControl()
    {
        var url = new Uri($"http://127.0.0.1:{Ports.Next()}");
        Controls.Add(
            Process(Controls.Count == 0
                ? "control"
                : $"control{Controls.Count}", "Failback.Control", url, new(_options.ControlSettings ?? [])
                {
                    ["Failback__Control__Url"] = url.ToString().TrimEnd('/'),
                    ["Failback__Control__ApiToken"] = Token,
                    ["Failback__Control__Database"] = _options.ControlDatabase ?? Path.Combine(_folder, "control.db"),
                    ["Failback__Control__BrokerManagementUrl"] = new UriBuilder(
                _options.RabbitMq?.ManagementUri ?? TestServers.RabbitMqManagementUrl)
                    { UserName = "", Password = "" }.Uri.ToString(),
                    ["Failback__Control__ChangefeedInterval"] = "00:00:01",
                    ["Failback__Control__FirstResolvedWithin"] = "00:00:05",
                    ["Failback__Control__NewTablesInterval"] = "00:00:02",
                }));
        Clients.Add(new ControlClient(url, Token));
    }

    /// <summary>Adds an applier without starting it.</summary>
    /// <param name="project">Project of the applier; default: that of the stack.</param>
    public ServiceProcess AddApplier(string? project = null)
    {
        int health = Ports.Next();
        ServiceProcess applier = Process(
            $"applier{Appliers.Count}", project
            ?? _options.Applier, new Uri($"http://127.0.0.1:{health}"), new(_options.ApplierSettings ?? [])
            {
                ["Failback__Applier__HealthPort"] = health.ToString(CultureInfo.InvariantCulture),
                ["Failback__Applier__Replica"] = $"applier{Appliers.Count}",
            });
        Appliers.Add(applier);
        return applier;
    }

    /// <summary>Adds a sink without starting it.</summary>
    public ServiceProcess AddSink()
    {
        int port = Ports.Next();
        int health = Ports.Next();
        ServiceProcess sink = Process(
            $"sink{Sinks.Count}", "Failback.Sink", new Uri($"http://127.0.0.1:{health}"), new(_options.SinkSettings ?? [])
            {
                ["Failback__Sink__Port"] = port.ToString(CultureInfo.InvariantCulture),
                ["Failback__Sink__HealthPort"] = health.ToString(CultureInfo.InvariantCulture),
                ["Failback__Sink__TlsSelfSigned"] = "true",
                ["Failback__Sink__DisableAuthentication"] = _options.WebhookAuthentication ? "false" : "true",
            });
        _sinkPorts.Add(port);
        Sinks.Add(sink);
        return sink;
    }

    /// <summary>Returns the HTTP client of a changefeed that spreads its requests over all sinks, or the first few.</summary>
    public HttpClient WebhookClient(int sinks = int.MaxValue) =>
        new(new SpreadHandler([.. _sinkPorts.Take(sinks)])) { Timeout = TimeSpan.FromSeconds(15) };

    /// <summary>Returns the address of a webhook path; the client replaces the port.</summary>
    public Uri Webhook(string path) => new($"https://127.0.0.1:{_sinkPorts[0]}{path}");

    /// <summary>Defines and starts a failback of a whole schema; returns its webhook.</summary>
    public async Task<Uri> StartFailbackAsync(
        string name, ITestDatabase database, string schema, string tableFilter, JsonObject? more = null)
    {
        await DefineAsync(name, database, schema, tableFilter, more);
        return Webhook(await Client.StartAsync(name));
    }

    /// <summary>Creates or replaces the definition of a failback of a whole schema.</summary>
    public Task DefineAsync(string name, ITestDatabase database, string schema, string tableFilter, JsonObject? more = null)
    {
        JsonObject definition = new()
        {
            ["target"] = database.Url,
            ["schemaFilter"] = schema,
            ["tableFilter"] = tableFilter,
            ["bestEffortWindow"] = "0s",
            ["stagingSchema"] = database.StagingSchema,
            ["changefeed"] = new JsonObject { ["managed"] = false },
        };
        foreach ((string key, JsonNode? value) in more ?? []) definition[key] = value?.DeepClone();
        return Client.DefineAsync(name, definition);
    }

    /// <summary>Staging schema of every failback of the tests.</summary>
    public const string StagingSchema = "_failback_test";

    /// <summary>Defines and starts the failback of a capture into a fresh database with its tables.</summary>
    public Task<Uri> StartFailbackAsync(string name, ITestDatabase database, CaptureTarget target, JsonObject? more = null)
    {
        // The captures are old, and a failback catches up when rows are old; DefineAsync switches that off.
        return StartFailbackAsync(
            name, database, target.Schema.Length > 0
            ? target.Schema
            : ".*", string.Join('|', target.Tables.Select(t => TableName.Parse(t).Table)), more);
    }

    /// <summary>Ends and removes an added applier.</summary>
    public async Task RemoveAsync(ServiceProcess applier)
    {
        Appliers.Remove(applier);
        await applier.DisposeAsync();
    }

    /// <summary>
    /// Restarts or continues every process that is dead or frozen, waits until all are ready, and returns what was wrong.
    /// </summary>
    public async Task<IReadOnlyList<string>> HealAsync()
    {
        List<string> mended = [.. All.Select(process => process.Heal()).OfType<string>()];
        await Task.WhenAll(All.Where(process => process.WasStarted).Select(process => process.WaitReadyAsync()));
        return mended;
    }

    /// <summary>Removes failbacks and broker policies that a test left behind, and returns what it found.</summary>
    public async Task<IReadOnlyList<string>> SweepAsync()
    {
        List<string> swept = [.. await _broker.SweepAsync()];
        foreach (string name in await Client.NamesAsync())
        {
            await Client.DeleteAsync(name);
            swept.Add($"failback {name} was left");
        }

        return swept;
    }

    /// <summary>Returns the last lines of every log.</summary>
    public string Logs(int lines = 25) => string.Join('\n', All.Select(p => $"--- {p.Name}\n{p.LogTail(lines)}"));

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceProcess process in All) await process.DisposeAsync();
        foreach (ControlClient client in Clients) client.Dispose();
        await _broker.DisposeAsync();
        // Logs and state of a failed run can be kept for reading.
        if (Environment.GetEnvironmentVariable("FAILBACK_TEST_KEEP") is not { Length: > 0 }) Directory.Delete(_folder, recursive: true);
    }

    private ServiceProcess Process(string name, string project, Uri health, Dictionary<string, string> settings)
    {
        string state = Path.Combine(_folder, name);
        Directory.CreateDirectory(state);
        int port = _options.BrokerPort?.Invoke(name) ?? _broker.Uri.Port;
        settings["Failback__RabbitMq__Uri"] = new UriBuilder(_broker.Uri) { Port = port }.Uri.ToString();
        settings["Failback__SecretsKeyFile"] = KeyFile;
        settings["Failback__StateFolder"] = state;
        return new ServiceProcess(name, Repository.ServiceDll(project), settings, health, Path.Combine(_folder, $"{name}.log"));
    }
}
