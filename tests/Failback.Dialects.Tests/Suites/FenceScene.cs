using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Globalization;
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
    private readonly bool _fenced;

    private FenceScene(ITargetFixture fixture, string url, DbConnection own, ApplyMode mode, bool fenced)
    {
        _own = own;
        _fenced = fenced;
        _checkpoint = fixture.StagingTable(url, "checkpoint");
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
