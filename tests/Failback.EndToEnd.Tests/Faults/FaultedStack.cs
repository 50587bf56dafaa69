using System.Net;
using System.Text.Json.Nodes;
using Failback.EndToEnd.Tests.Healing;
using Failback.Testing.Processes;
using Npgsql;
using Xunit;
using ProxyFaults = Failback.Testing.Processes.Faults;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// Two sinks and three appliers with a broker and a database server of their own; every connection between them goes through a proxy that
/// can break it.
/// </summary>
public sealed class FaultedStack : IAsyncLifetime, IHealingFixture
{
    private static readonly ProxyFaults Slow = new() { Latency = TimeSpan.FromMilliseconds(60), BytesPerSecond = 200_000 };
    private PrivateRabbitMq? _broker;
    private PrivateServer? _database;
    private FailbackStack? _stack;
    private FaultProxy? _sinkWire;
    private FaultProxy? _applierWire;
    private FaultProxy? _databaseWire;

    public FailbackStack Stack => _stack!;

    /// <summary>The broker behind the proxies.</summary>
    public PrivateRabbitMq Broker => _broker!;

    /// <summary>The database server behind the proxy.</summary>
    public PrivateServer Database => _database!;

    /// <summary>Between sinks and broker.</summary>
    public FaultProxy SinkWire => _sinkWire!;

    /// <summary>Between appliers and broker.</summary>
    public FaultProxy ApplierWire => _applierWire!;

    /// <summary>Between appliers and database.</summary>
    public FaultProxy DatabaseWire => _databaseWire!;

    /// <summary>URL of the database server, past the proxy.</summary>
    public string DatabaseUrl => _database!.Environment["FAILBACK_POSTGRES_URL"];

    public async ValueTask InitializeAsync()
    {
        Task<PrivateRabbitMq> broker = PrivateRabbitMq.StartAsync();
        _database = await PrivateServer.StartAsync("postgres");
        _broker = await broker;
        _sinkWire = new FaultProxy(_broker.Uri.Host, _broker.Uri.Port);
        _applierWire = new FaultProxy(_broker.Uri.Host, _broker.Uri.Port);
        _databaseWire = new FaultProxy("127.0.0.1", new Uri(DatabaseUrl).Port);
        _stack = await FailbackStack.StartAsync(new StackOptions(
            Sinks: 2, Appliers: 3, _broker, BrokerPort: BrokerPort,
            ControlSettings: new() { ["Failback__Control__FeedLagWarning"] = "00:00:10" }));
    }

    public async ValueTask DisposeAsync()
    {
        if (_stack is not null) await _stack.DisposeAsync();
        foreach (FaultProxy? wire in (FaultProxy?[])[_sinkWire, _applierWire, _databaseWire])
        {
            if (wire is not null) await wire.DisposeAsync();
        }

        if (_broker is not null) await _broker.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }

    /// <summary>Servers and connections first: no process becomes ready without them.</summary>
    public async Task<IReadOnlyList<string>> HealAsync()
    {
        List<string> mended = [.. new[] { SinkWire, ApplierWire, DatabaseWire }.Select(wire => wire.Heal()).OfType<string>()];
        if (await Broker.HealAsync() is { } broker) mended.Add(broker);
        if (await Database.HealAsync() is { } database)
        {
            mended.Add(database);
            NpgsqlConnection.ClearAllPools();
        }

        return [.. mended, .. await Stack.HealAsync()];
    }

    public Task<IReadOnlyList<string>> SweepAsync() => Stack.SweepAsync();

    /// <summary>A fresh database on the server that may be killed.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => TestDatabase.CreateAsync(DatabaseUrl);

    /// <summary>Creates or replaces a definition; appliers see the database through the proxy.</summary>
    public Task DefineAsync(string name, TestDatabase database, string schema, string tableFilter, JsonObject more) =>
        Stack.DefineAsync(name, new RoutedDatabase(database, DatabaseWire.Port), schema, tableFilter, more);

    /// <summary>
    /// Defines and starts a failback; answers its webhook. A broker that has just recovered may need a while to declare queues.
    /// </summary>
    public async Task<Uri> StartFailbackAsync(string name, TestDatabase database, string schema, string tableFilter, JsonObject more)
    {
        await DefineAsync(name, database, schema, tableFilter, more);
        Uri? webhook = null;
        string refusal = "";
        await Wait.UntilAsync(async () =>
        {
            try
            {
                webhook = Stack.Webhook(await Stack.Client.StartAsync(name));
                return true;
            }
            catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                refusal = e.Message;
                return false;
            }
        }, TimeSpan.FromSeconds(60), () => refusal);
        return webhook!;
    }

    /// <summary>Lets something go wrong.</summary>
    public async Task BreakAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.KillSink or FaultKind.KillApplier or FaultKind.KillControl: await Victim(fault).KillAsync(); break;
            case FaultKind.FreezeApplier or FaultKind.FreezeSink: Victim(fault).Freeze(); break;
            case FaultKind.ReplicaLeaves:
                // A process that is still starting ends in other ways.
                await Victim(fault).WaitReadyAsync(path: "/livez");
                Assert.Equal(0, await Victim(fault).TerminateAsync());
                break;
            case FaultKind.RestartBroker: await _broker!.StopAsync(); break;
            case FaultKind.KillBroker: await _broker!.KillAsync(); break;
            case FaultKind.RestartDatabase: await _database!.StopAsync(); break;
            case FaultKind.KillDatabase: await _database!.KillAsync(); break;
            default: Disturb(fault.Kind); break;
        }
    }

    /// <summary>Puts it right again; waits until processes and servers are ready.</summary>
    public async Task MendAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.KillSink or FaultKind.KillApplier or FaultKind.KillControl or FaultKind.ReplicaLeaves:
                // Not waited for: readiness needs a broker, which may be away because of the other lane.
                Victim(fault).Start();
                break;
            case FaultKind.FreezeApplier or FaultKind.FreezeSink: Victim(fault).Continue(); break;
            case FaultKind.RestartBroker or FaultKind.KillBroker: await _broker!.StartAgainAsync(); break;
            case FaultKind.RestartDatabase or FaultKind.KillDatabase:
                await _database!.StartAgainAsync();
                NpgsqlConnection.ClearAllPools();
                break;
            default: Wire(fault.Kind).Faults = new ProxyFaults(); break;
        }
    }

    /// <summary>Every process runs and is ready.</summary>
    public Task WaitReadyAsync() =>
        Task.WhenAll(((ServiceProcess[])[Stack.Control, .. Stack.Sinks, .. Stack.Appliers]).Select(p => p.WaitReadyAsync()));

    private void Disturb(FaultKind kind)
    {
        FaultProxy wire = Wire(kind);
        wire.Faults = kind switch
        {
            FaultKind.LoseConfirms => new ProxyFaults { LoseAnswers = true },
            FaultKind.LoseCommitAnswers => new ProxyFaults { LoseAnswerTo = "COMMIT\0"u8.ToArray() },
            FaultKind.SilenceAppliersToBroker or FaultKind.SilenceAppliersToDatabase => new ProxyFaults { BlackHole = true },
            FaultKind.SlowSinksToBroker or FaultKind.SlowAppliersToBroker or FaultKind.SlowAppliersToDatabase => Slow,
            _ => new ProxyFaults { Refuse = true },
        };
        if (wire.Faults.Refuse) wire.ResetConnections();
    }

    private FaultProxy Wire(FaultKind kind) => kind switch
    {
        FaultKind.CutSinksFromBroker or FaultKind.LoseConfirms or FaultKind.SlowSinksToBroker => SinkWire,
        FaultKind.CutAppliersFromBroker or FaultKind.SilenceAppliersToBroker or FaultKind.SlowAppliersToBroker => ApplierWire,
        _ => DatabaseWire,
    };

    private ServiceProcess Victim(Fault fault) => fault.Kind switch
    {
        FaultKind.KillControl => Stack.Control,
        FaultKind.KillSink or FaultKind.FreezeSink => Stack.Sinks[fault.Victim % Stack.Sinks.Count],
        _ => Stack.Appliers[fault.Victim % Stack.Appliers.Count],
    };

    private int? BrokerPort(string process) =>
        process.StartsWith("sink", StringComparison.Ordinal)
        ? SinkWire.Port
        : process.StartsWith("applier", StringComparison.Ordinal)
        ? ApplierWire.Port
        : null;

    private sealed class RoutedDatabase(TestDatabase database, int port) : ITestDatabase
    {
        public string Url => new UriBuilder(database.Url) { Port = port }.Uri.AbsoluteUri;

        public string OwnerUrl => database.OwnerUrl;

        public string StagingSchema => database.StagingSchema;

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}
