using Failback.Benchmarks.Replication;
using Failback.Benchmarks.Targets;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Pipeline;

/// <summary>An applier to be measured, with its peers.</summary>
/// <param name="Name">Selects it on the command line.</param>
/// <param name="Product">For people.</param>
/// <param name="Applier">Project of the service.</param>
/// <param name="OverReplication">Least ratio to the product's own replication.</param>
/// <param name="LeastRows">Fewer rows say more about starting up than about draining.</param>
/// <param name="WithHotKeys">Measures a thousand keys too.</param>
/// <param name="Server">URL of the server; empty: there is none here.</param>
/// <param name="CreateAsync">A fresh database.</param>
/// <param name="StartReplicationAsync">The other server.</param>
internal sealed record ApplierSubject(
    string Name, string Product, string Applier, double OverReplication, int LeastRows, bool WithHotKeys, Func<string?> Server,
        Func<Task<IWideTarget>> CreateAsync, Func<Task<IReplication>> StartReplicationAsync)
{
    public static readonly ApplierSubject Postgres = new(
        "applier", "PostgreSQL", "Failback.Applier.Postgres", 1.5, 250_000, true, () => TestServers.PostgresUrl,
        async () => await PostgresWide.CreateAsync(), async () => await PostgresReplication.StartAsync());

    public static readonly ApplierSubject MariaDb = new(
        "mariadb", "MariaDB", "Failback.Applier.MySql", 1.2, 200_000, false, () => MariaDbServer,
        async () => await MariaDbWide.CreateAsync(MariaDbServer!), async () => await MariaDbReplication.StartAsync());

    private static string? MariaDbServer => Environment.GetEnvironmentVariable("FAILBACK_TEST_MARIADB_URL");
}
