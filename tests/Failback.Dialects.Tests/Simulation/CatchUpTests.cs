using System.Diagnostics.Metrics;
using System.Globalization;
using Failback.Apply.Groups;
using Failback.Apply.Ownership;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Testing;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>
/// What is applied first while catching up. Queues: parent (0), child (1) with a foreign key to it, loose (2) on its own.
/// </summary>
public sealed class CatchUpTests : IAsyncLifetime
{
    private const int Parent = 0, Child = 1, Loose = 2;
    private const string Versions = $"SELECT count(*)::int FROM {SimulatedContext.Staging}.row_version";
    private static readonly string[] Tables = ["parent", "child", "loose"];
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SteppedTime _time = new();
    private SimulatedQueues _queues = null!;
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _queues = new SimulatedQueues(Tables, publishers: 1, age: TimeSpan.FromHours(2), _time, new Random(1));
        _database = await TestDatabase.CreateAsync();
        await _database.ExecuteAsync(
            "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY REFERENCES parent); CREATE TABLE loose (id "
                + "int PRIMARY KEY)");
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Tables_that_foreign_keys_connect_go_on_together_and_others_by_themselves()
    {
        for (int i = 1; i <= 2; i++)
        {
            foreach (string table in Tables) Send(table, i, at: 10 * i);
            Resolve(10 * i);
        }

        await using SimulatedOwner owner = await TakeOverAsync(new SimulationOptions { AheadAfter = Never });
        owner.Read(Parent, 10);
        owner.Read(Loose, 10);
        await owner.StepAsync();
        Assert.Equal("0 0 2", await CountsAsync());
        Assert.Equal([0L, 0, 20], owner.Group.Tables.Select(t => t.Checkpoint.Resolved.Wall));

        owner.Read(Child, 2);
        await owner.StepAsync();
        Assert.Equal("1 1 2", await CountsAsync());
        Assert.Equal([10L, 10, 20], owner.Group.Tables.Select(t => t.Checkpoint.Resolved.Wall));

        owner.Read(Child, 10);
        await owner.StepAsync();
        Assert.Equal("2 2 2", await CountsAsync());
        Assert.True(_queues.IsDrained);
        Assert.Equal(0, await _database.ScalarAsync<int>(Versions));
    }

    [Fact]
    public async Task Rows_ahead_do_not_wait_for_ever()
    {
        Send("parent", 1, at: 10);
        await using SimulatedOwner owner = await TakeOverAsync(new SimulationOptions { AheadAfter = TimeSpan.FromMilliseconds(300) });
        owner.Read(Parent, 10);
        await owner.StepAsync();
        Assert.Equal("0 0 0", await CountsAsync());
        _time.Step(TimeSpan.FromMilliseconds(300));
        await owner.StepAsync();
        Assert.Equal("1 0 0", await CountsAsync());
        Assert.Equal(1, await _database.ScalarAsync<int>(Versions));
        Assert.True(_queues.IsDrained);

        Resolve(10);
        for (int table = Parent; table <= Loose; table++) owner.Read(table, 10);
        await owner.StepAsync();
        Assert.Equal(0, await _database.ScalarAsync<int>(Versions));
        Assert.All(owner.Group.Tables, t => Assert.Equal(default, t.HighestVersion));
    }

    [Fact]
    public async Task When_memory_is_used_up_those_that_hold_most_make_room()
    {
        const int count = 60;
        Send("parent", 1, at: 10);
        for (int i = 1; i <= count; i++) Send("loose", i, at: 10 + i);
        Resolve(100);
        await using SimulatedOwner owner = await TakeOverAsync(new SimulationOptions { AheadAfter = Never, MemoryBytes = 8_000 });
        owner.Read(Parent, 1);
        int loose = 0;
        for (int round = 0; loose == 0 && round < count; round++)
        {
            owner.Read(Loose, 1);
            await owner.StepAsync();
            loose = await _database.ScalarAsync<int>("SELECT count(*)::int FROM loose");
        }

        Assert.InRange(loose, 2, count - 1);
        Assert.Equal(loose, await _database.ScalarAsync<int>(Versions));
        Assert.Equal(0, await _database.ScalarAsync<int>("SELECT count(*)::int FROM parent"));

        for (int round = 0; !_queues.IsDrained && round < 2 * count; round++)
        {
            for (int table = Parent; table <= Loose; table++) owner.Read(table, 3);
            await owner.StepAsync();
        }

        Assert.Equal($"1 0 {count}", await CountsAsync());
        Assert.Equal(0, await _database.ScalarAsync<int>(Versions));
    }

    private async Task<SimulatedOwner> TakeOverAsync(SimulationOptions options)
    {
        TableRoute[] routes = [.. Tables.Select(t => new TableRoute { Source = t, Target = $"public.{t}", Queue = t, SourceKey = ["id"] })];
        GroupContext context = await SimulatedContext.CreateAsync(
            _database, routes, options, _time, _services.GetRequiredService<IMeterFactory>());
        ApplyGroup group = Assert.Single(ApplyGroup.Of(context.Spec));
        return await SimulatedOwner.TakeOverAsync(context, _queues, group.Tables, [Parent, Child, Loose]);
    }

    private void Send(string table, int id, long at)
    {
        string key = id.ToString(CultureInfo.InvariantCulture);
        _queues.Publish(new FeedRequest([new FeedRow(table, $"[{key}]", $"{{\"id\": {key}}}", null, new HlcTimestamp(at, 0))], null));
    }

    private void Resolve(long at) => _queues.Publish(new FeedRequest([], new HlcTimestamp(at, 0)));

    private Task<string?> CountsAsync() =>
        _database.ScalarAsync<string>(
            "SELECT concat_ws(' ', (SELECT count(*) FROM parent), (SELECT count(*) FROM child), (SELECT count(*) FROM loose))");
}
