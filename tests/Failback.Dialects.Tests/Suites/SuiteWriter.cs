using System.Buffers;
using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Text;
using Failback.Apply.Applying;
using Failback.Apply.Dialects;
using Failback.Apply.Groups;
using Failback.Apply.Settings;
using Failback.Apply.Staging;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Messaging.Reading;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// One of several failbacks that write into the same database at once: a connection and a group of its own, windows carried out as in
/// production, what passes is retried in place.
/// </summary>
internal sealed class SuiteWriter : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ConcurrentQueue<string> _troubles = new();
    private GroupContext _context = null!;
    private TargetSession _session = null!;
    private OwnedGroup _group = null!;
    private long _clock = 1_000;

    /// <summary>Why windows were tried again: code and text of each failure.</summary>
    public IReadOnlyCollection<string> Troubles => _troubles;

    /// <summary>Events of all tables as the target counts them.</summary>
    public Counters Counters => _group.Tables.Aggregate(default(Counters), (sum, t) => sum + t.Checkpoint.Counters);

    /// <summary>Timestamp through which all tables are applied.</summary>
    public HlcTimestamp Resolved => _group.Resolved;

    /// <summary>Letters of all tables.</summary>
    public long Letters => _group.Tables.Sum(t => t.Letters.Waiting + t.Letters.Open);

    /// <summary>Takes tables of a database over.</summary>
    public static async Task<SuiteWriter> OpenAsync(ITargetFixture fixture, string url, string name, params string[] tables)
    {
        var writer = new SuiteWriter();
        ITargetDialect dialect = fixture.Dialect;
        ICheckpointStore checkpoints = dialect.Checkpoints(fixture.Staging(url));
        await using (DbConnection connection = dialect.CreateConnection(url, ConnectionUse.Apply, TimeSpan.FromSeconds(30)))
        {
            await connection.OpenAsync();
            await checkpoints.EnsureAsync(connection, CancellationToken.None);
            IReadOnlyList<TargetTable> catalog = await dialect.Catalog.ReadAsync(connection, fixture.Staging(url), CancellationToken.None);
            var spec = new FailbackSpec
            {
                Name = name,
                Revision = 1,
                State = RunState.Running,
                WebhookPath = "/" + name,
                Dialect = dialect.Name,
                SealedTarget = "",
                StagingSchema = fixture.Staging(url),
                UnknownTableQueue = "",
                Tables = [
                    .. tables.Select(
                        t => new TableRoute {
                            Source = t,
                            Target = catalog.Single(c => c.Name.Table.Equals(t, StringComparison.OrdinalIgnoreCase)).Name.ToString(),
                                    Queue = $"{name}.{t}" })],
            };
            await checkpoints.RegisterAsync(connection, name, [.. spec.Tables.Select(t => t.Target)], CancellationToken.None);
            var counters = new WriteCounters(writer._services.GetRequiredService<IMeterFactory>());
            writer._context = new GroupContext(
                spec, url, dialect, new WindowWriter(dialect.Statements, dialect.Classify, counters, NullLogger.Instance),
                new ApplierOptions(), name, TimeProvider.System, NullLogger.Instance);
        }

        writer._session = await TargetSession.OpenAsync(writer._context, CancellationToken.None);
        writer._group = await OwnedGroup.TakeOverAsync(
            writer._context, new MemoryShare(writer._context.Budget), writer._context.Spec.Tables, writer._session.Connection,
            CancellationToken.None);
        return writer;
    }

    /// <summary>All changes as one window.</summary>
    public async Task WindowAsync(IReadOnlyList<EngineHarness.Change> changes)
    {
        _clock = Math.Max(_clock, _group.Resolved.Wall + 1);
        foreach (EngineHarness.Change change in changes) Hold(change);
        _clock += 10_000;
        var resolved = new HlcTimestamp(_clock - 1, 0);
        var plan = ApplyPlan.Window(_group.Tables, _ => resolved);
        plan.Gather();
        GroupTransaction committed = await new PlanRunner(
            _context, _group, _session, (_, error) => _troubles.Enqueue(error ?? "")).RunAsync(plan, CancellationToken.None);
        committed.Settle();
        await _group.LookAtLettersAsync(_session.Connection, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _services.DisposeAsync();
    }

    private void Hold(EngineHarness.Change change)
    {
        var body = new ArrayBufferWriter<byte>();
        var updated = new HlcTimestamp(_clock + change.Version, 0);
        new RowFrame(
            updated, Encoding.UTF8.GetBytes(change.Key), change.After is null
            ? default
            : Encoding.UTF8.GetBytes(change.After), default).WriteTo(body);
        var entry = new MessageEntry(0, body.WrittenMemory, null) { Rows = 1, Received = 1, High = updated };
        GroupTable table = _group.Tables.Single(t => t.Route.Source == change.Table);
        table.Hold(entry);
        table.Rows.Add(new Mutation(entry, 0, updated));
    }
}
