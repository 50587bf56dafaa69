using System.Runtime.Versioning;
using Failback.EndToEnd.Tests.Cockroach;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Documents;

/// <summary>
/// What a reader of the documents has before him: a running stack with a stand-in for CockroachDB, and a checkout whose <c>./run.sh env</c>
/// prints its addresses.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class DocumentedStackFixture : StackFixture
{
    private const string Sink = "https://127.0.0.1";
    private CockroachSource? _source;

    /// <summary>Working folder of the commands.</summary>
    public string Checkout { get; private set; } = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _source = await CockroachSource.CreateAsync("SELECT 1");
        // run.sh tells control where its sink is; the stack of the tests does not.
        await Stack.Control.TerminateAsync();
        Stack.Control.Set("Failback__Control__PublicSinkUrl", $"{Sink}:{Stack.Webhook("/").Port}");
        Stack.Control.Start();
        await Stack.Control.WaitReadyAsync();
        Checkout = Directory.CreateTempSubdirectory("failback-documents-").FullName;
        Directory.CreateSymbolicLink(Path.Combine(Checkout, "docs"), Path.Combine(Repository.Root, "docs"));
        string run = Path.Combine(Checkout, "run.sh");
        await File.WriteAllTextAsync(run, Script());
        File.SetUnixFileMode(run, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_source is not null) await _source.DisposeAsync();
        if (Checkout.Length > 0) Directory.Delete(Checkout, recursive: true);
        await base.DisposeAsync();
    }

    /// <summary>Drops a database that commands have made, on either side.</summary>
    public async Task DropAsync(string database)
    {
        await _source!.StandIn.ForgetAsync(database);
        await using var connection = new Npgsql.NpgsqlConnection(TestServers.Npgsql(TestServers.PostgresUrl).ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand($"DROP DATABASE IF EXISTS {database} WITH (FORCE)", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The stack is up, so that nothing and <c>up</c> only look whether it is.</summary>
    private string Script() =>
        $$"""
        #!/bin/sh
        case "${1:-up}" in
          up) curl -fsS {{Stack.ControlUrl}}readyz ;;
          env)
            cat <<'ENV'
        FAILBACK_CONTROL_URL={{Stack.ControlUrl.ToString().TrimEnd('/')}}
        FAILBACK_API_TOKEN={{Stack.ApiToken}}
        FAILBACK_SINK_URL={{Sink}}:{{Stack.Webhook("/").Port}}
        FAILBACK_CLI={{Path.ChangeExtension(Repository.ServiceDll("Failback.Cli", "failback"), null)}}
        FAILBACK_POSTGRES_URL={{TestServers.PostgresUrl}}
        FAILBACK_COCKROACH_URL={{new UriBuilder(TestServers.PostgresUrl) { Scheme = "postgresql", Port = _source!.StandIn.Port, Path = _source.Name, Query = "" }.Uri.AbsoluteUri}}
        ENV
            ;;
          *) echo "there is no '$1' here" >&2; exit 2 ;;
        esac

        """;
}
