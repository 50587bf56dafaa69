using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Globalization;
using Failback.Apply.Continuity;
using Failback.Apply.Dialects;
using Failback.Apply.Groups;
using Failback.Apply.Settings;
using Failback.Apply.Writing;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Dialects.Tests.Simulation;
using Failback.Testing.Changefeeds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Failback.Dialects.Tests.Suites;

/// <summary>One table, its queue, and several appliers that each believe they own it; with the fence or without it.</summary>
internal sealed class FenceScene : IAsyncDisposable
{
    private const string Failback = "fenced";
    private const string Table = "item";
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<SimulatedOwner> _owners = [];
    private readonly SimulatedQueues _queues = new([Table], publishers: 1, TimeSpan.Zero, TimeProvider.System, new Random(7));
    private readonly GroupContext _context;
    private readonly DbConnection _own;
    private readonly string _checkpoint;
    private readonly string _positions;
    private readonly bool _fenced;

    private FenceScene(ITargetFixture fixture, string url, DbConnection own, ApplyMode mode, bool fenced)
    {
        _own = own;
        _fenced = fenced;
        _checkpoint = fixture.StagingTable(url, "checkpoint");
        _positions = fixture.StagingTable(url, "publisher_position");
        ITargetDialect dialect = fixture.Dialect;
        var spec = new FailbackSpec
        {
            Name = Failback,
            Revision = 1,
            State = RunState.Running,
            WebhookPath = "/fenced",
            Dialect = dialect.Name,
            SealedTarget = "",
            StagingSchema = fixture.Staging(url),
            UnknownTableQueue = "",
            Mode = mode,
            Tables = [
                new TableRoute {
                    Source = Table, Target = $"{fixture.Schema(url)}.{fixture.Unquoted(Table)}", Queue = Table, SourceKey = ["id"] }],
        };
        _context = new GroupContext(
            spec, url, dialect,
            new WindowWriter(
                dialect.Statements, dialect.Classify, new WriteCounters(_services.GetRequiredService<IMeterFactory>()),
                NullLogger.Instance),
            new ApplierOptions(), "owner", TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>Rows that the sink accepted.</summary>
    public long Sent => _queues.Rows;

    public static async Task<FenceScene> CreateAsync(ITargetFixture fixture, ApplyMode mode, bool fenced)
    {
        string url = await fixture.CreateAsync();
        var scene = new FenceScene(fixture, url, await fixture.ConnectAsync(url), mode, fenced);
        await scene.ExecuteAsync($"CREATE TABLE {Table} (id int PRIMARY KEY, note varchar(20))");
        await fixture.GrantAsync(url);
        await using DbConnection user = fixture.Dialect.CreateConnection(url, ConnectionUse.Apply, TimeSpan.FromSeconds(30));
        await user.OpenAsync();
        await scene._context.Checkpoints.EnsureAsync(user, CancellationToken.None);
        await scene._context.Checkpoints.RegisterAsync(
            user, Failback, [.. scene._context.Spec.Tables.Select(t => t.Target)], CancellationToken.None);
        return scene;
    }

    /// <summary>What CockroachDB sends: rows of one time (null deletes), then the resolved timestamp.</summary>
    public void Send(int time, params (int Id, string? Note)[] rows)
    {
        var updated = new HlcTimestamp(time, 0);
        _queues.Publish(
            new FeedRequest(
                [.. rows.Select(
                    r => new FeedRow(
                        Table, $"[{r.Id}]", r.Note is null ? null : $$"""{"id": {{r.Id}}, "note": "{{r.Note}}"}""", null, updated))],
                        null));
        _queues.Publish(new FeedRequest([], updated));
    }

    /// <summary>
    /// Another applier takes the table over and reads what is in the queue; whoever held it before is told nothing, except that its channel
    /// is closed.
    /// </summary>
    public async Task<SimulatedOwner> TakeOverAsync()
    {
        foreach (SimulatedOwner before in _owners) before.Die();
        GroupContext mine = _fenced ? _context : _context with { Checkpoints = UnfencedCheckpoints.Around(_context.Checkpoints) };
        SimulatedOwner owner = await SimulatedOwner.TakeOverAsync(mine, _queues, _context.Spec.Tables, [0]);
        _owners.Add(owner);
        owner.Read(0, int.MaxValue);
        return owner;
    }

    public Task<IReadOnlyList<string>> RowsAsync() => QueryAsync($"SELECT id, note FROM {Table} ORDER BY id");

    /// <summary>The same table for another process, which knows nothing of this one but what control tells it.</summary>
    /// <param name="witness">What control knows; null: it does not answer.</param>
    public async Task<SimulatedOwner> TakeOverElsewhereAsync(Witness? witness)
    {
        foreach (SimulatedOwner before in _owners) before.Die();
        GroupContext other = _context with { Continuity = new ContinuityGuard((_, _) => Task.FromResult(witness)) };
        SimulatedOwner owner = await SimulatedOwner.TakeOverAsync(other, _queues, _context.Spec.Tables, [0]);
        _owners.Add(owner);
        owner.Read(0, int.MaxValue);
        return owner;
    }

    /// <summary>The table as control would know it now.</summary>
    public async Task<TableWitness> WitnessAsync() =>
        ContinuityGuard.WitnessOf((await OverAsync((user, store) => store.ReadAsync(user, Failback, CancellationToken.None))).Single());

    /// <summary>What a restore of an earlier copy does: rows and our own tables are as they were then.</summary>
    public async Task<Func<Task>> CopyAsync()
    {
        string[] tables = [Table, _checkpoint, _positions];
        for (int i = 0; i < tables.Length; i++) await ExecuteAsync($"CREATE TABLE copy_{i} AS SELECT * FROM {tables[i]}");
        return async () =>
        {
            for (int i = 0; i < tables.Length; i++)
            {
                await ExecuteAsync($"DELETE FROM {tables[i]}");
                await ExecuteAsync($"INSERT INTO {tables[i]} SELECT * FROM copy_{i}");
            }
        };
    }

    /// <summary>Our own tables are lost and made anew.</summary>
    public async Task LoseStagingAsync()
    {
        await ExecuteAsync($"DELETE FROM {_checkpoint}");
        await ExecuteAsync($"DELETE FROM {_positions}");
        await OverAsync(async (user, store) =>
        {
            await store.RegisterAsync(user, Failback, [.. _context.Spec.Tables.Select(t => t.Target)], CancellationToken.None);
            return true;
        });
    }

    /// <summary>Sets the checkpoint as control's order does.</summary>
    public Task RewindAsync(TableWitness read, long to, TableWitness known) => OverAsync(async (user, store) =>
    {
        await CheckpointDesk.RewindAsync(
            user, store,
            new RewindCheckpoints(
                new StagingPlace(Failback, "", ""), [read], [read.Table], new HlcTimestamp(to, 0).ToString(),
                Math.Max(read.Epoch, known.Epoch) + 1, Math.Max(read.Revision, known.Revision)),
            TimeProvider.System.GetUtcNow(), CancellationToken.None);
        return true;
    });

    /// <summary>The sinks begin anew: new publishers, numbered from 1.</summary>
    public void RestartSinks() => _queues.RestartPublishers();

    /// <summary>Resolved timestamp and received rows, as the target has them.</summary>
    public async Task<(long Resolved, long Received)> ProgressAsync()
    {
        string row = (await QueryAsync($"SELECT resolved_wall, received FROM {_checkpoint}")).Single();
        long[] numbers = [.. row.Split('|').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SimulatedOwner owner in _owners) await owner.DisposeAsync();
        await using (DbConnection user = _context.Dialect.CreateConnection(
            _context.TargetUrl, ConnectionUse.Apply, TimeSpan.FromSeconds(30)))
            _context.Dialect.ClearPool(user);
        await _own.DisposeAsync();
        await _services.DisposeAsync();
    }

    private async Task<T> OverAsync<T>(Func<DbConnection, ICheckpointStore, Task<T>> act)
    {
        await using DbConnection user = _context.Dialect.CreateConnection(
            _context.TargetUrl, ConnectionUse.Apply, TimeSpan.FromSeconds(30));
        await user.OpenAsync();
        return await act(user, _context.Checkpoints);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using DbCommand command = _own.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<IReadOnlyList<string>> QueryAsync(string sql)
    {
        await using DbCommand command = _own.CreateCommand();
        command.CommandText = sql;
        await using DbDataReader row = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await row.ReadAsync())
            rows.Add(
                string.Join(
                    '|', Enumerable.Range(0, row.FieldCount).Select(i => Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }
}
