using System.Globalization;
using Failback.Testing.Processes;
using Npgsql;
using Xunit;

namespace Failback.EndToEnd.Tests.Published;

/// <summary>Published programs beside the flow: the demo, the stand-in for CockroachDB, and the health checks that images run.</summary>
[Collection(PublishedStackCollection.Name)]
public sealed class PublishedProgramTests(PublishedStackFixture fixture)
{
    private FailbackStack Stack => fixture.Stack;

    [Fact]
    public async Task The_health_check_of_each_service_looks_at_its_running_sibling()
    {
        (string Name, ServiceProcess Process)[] services =
        [
            ("control", Stack.Control), ("sink", Stack.Sinks[0]), ("applier-postgres", Stack.Appliers[0]),
            ("applier-mysql", Stack.Appliers[1]), ("applier-oracle", Stack.Appliers[2]),
        ];
        Assert.Equal(
            PublishedProgram.All.Where(program => program.IsImage && program.Name is not ("cli" or "demo")).Select(program => program.Name)
            .Order(),
            services.Select(service => service.Name).Order());

        await Task.WhenAll(services.Select(async service =>
        {
            PublishedProgram program = PublishedProgram.Find(service.Name);
            (int code, string text) = await program.RunAsync(["--healthcheck"], Address(service.Name, service.Process.Health));
            Assert.True(code == 0, $"{service.Name}: {text}");
            var nothing = new Uri($"http://127.0.0.1:{Ports.Next()}");
            Assert.Equal(1, (await program.RunAsync(["--healthcheck"], Address(service.Name, nothing))).ExitCode);
        }));
    }

    [Theory]
    [InlineData]
    [InlineData("userscripts")]
    [Uses("demo")]
    public async Task The_demo_has_its_recorded_traffic_and_its_script(params string[] arguments)
    {
        (int code, string text) = await PublishedProgram.Find("demo").RunAsync(arguments, new Dictionary<string, string>
        {
            ["FAILBACK_CONTROL_URL"] = Stack.ControlUrl.ToString(),
            ["FAILBACK_API_TOKEN"] = Stack.ApiToken,
            ["FAILBACK_SINK_URL"] = Stack.Webhook("/").ToString(),
            ["FAILBACK_POSTGRES_URL"] = TestServers.PostgresUrl,
        });
        Assert.True(code == 0, text);
    }

    [Fact]
    [Uses("cockroach-stand-in")]
    public async Task The_stand_in_for_CockroachDB_answers_sql()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        int port = Ports.Next();
        int health = Ports.Next();
        var settings = new Dictionary<string, string>
        {
            ["COCKROACH_STANDIN_LISTEN"] = $"127.0.0.1:{port}",
            ["COCKROACH_STANDIN_HEALTH_PORT"] = health.ToString(CultureInfo.InvariantCulture),
            ["COCKROACH_STANDIN_POSTGRES_URL"] = TestServers.PostgresUrl,
            ["COCKROACH_STANDIN_DATABASES"] = database.Name,
        };
        await using var standIn = new ServiceProcess(
            "cockroach", Repository.ServiceDll("Failback.Cockroach"), settings, new Uri($"http://127.0.0.1:{health}"),
            Path.Combine(Stack.Folder, "cockroach.log"));
        standIn.Start();
        await standIn.WaitReadyAsync();

        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = "127.0.0.1", Port = port, Pooling = false };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("SELECT version()", connection);
        Assert.Contains(
            "CockroachDB", Assert.IsType<string>(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)),
            StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Address(string name, Uri health) => name switch
    {
        "control" => new() { ["Failback__Control__Url"] = health.ToString().TrimEnd('/') },
        "sink" => new() { ["Failback__Sink__HealthPort"] = health.Port.ToString(CultureInfo.InvariantCulture) },
        _ => new() { ["Failback__Applier__HealthPort"] = health.Port.ToString(CultureInfo.InvariantCulture) },
    };
}
