using System.Data.Common;
using System.Diagnostics.Metrics;
using Failback.Applier.Postgres;
using Failback.Apply.Dialects;
using Failback.Apply.Groups;
using Failback.Apply.Settings;
using Failback.Apply.Writing;
using Failback.Contracts.Control;
using Failback.Testing.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>A failback into a real PostgreSQL whose queues are simulated.</summary>
internal static class SimulatedContext
{
    public const string Failback = "simulated";
    public const string Staging = "fb_sim";

    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(20);

    /// <summary>Creates the staging schema and registers the tables.</summary>
    public static async Task<GroupContext> CreateAsync(
        TestDatabase database, IReadOnlyList<TableRoute> tables, SimulationOptions options, TimeProvider time, IMeterFactory meters)
    {
        var dialect = new PostgresDialect();
        ICheckpointStore checkpoints = dialect.Checkpoints(Staging);
        var spec = new FailbackSpec
        {
            Name = Failback,
            Revision = 1,
            State = RunState.Running,
            WebhookPath = "/simulated",
            Dialect = dialect.Name,
            SealedTarget = "",
            StagingSchema = Staging,
            UnknownTableQueue = "",
            Mode = options.Mode,
            Tables = tables,
        };
        await using DbConnection connection = dialect.CreateConnection(database.Url, ConnectionUse.Apply, TimeSpan.FromSeconds(30));
        await connection.OpenAsync();
        await checkpoints.EnsureAsync(connection, CancellationToken.None);
        await checkpoints.RegisterAsync(connection, Failback, [.. tables.Select(t => t.Target)], CancellationToken.None);
        return new GroupContext(
            spec, database.Url, dialect,
            new WindowWriter(dialect.Statements, dialect.Classify, new WriteCounters(meters), NullLogger.Instance),
            new ApplierOptions { MemoryBytes = options.MemoryBytes }, "owner", time, NullLogger.Instance)
        { Prefetch = options.Prefetch, RetryWaitingEvery = Often, AheadAfter = options.AheadAfter, LookAtLettersEvery = Often };
    }
}
