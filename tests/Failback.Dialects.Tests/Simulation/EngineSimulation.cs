using System.Data.Common;
using System.Diagnostics.Metrics;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Ownership;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Testing;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>
/// A random feed through the engine into a real PostgreSQL, step by random step: reading, applying, owners that die, owners that wake up
/// after they were replaced, sessions killed by the server, modes that change. One seed is one run.
/// </summary>
internal sealed class EngineSimulation(RandomRun run, SimulationOptions options) : IAsyncDisposable
{
    public const string Failback = SimulatedContext.Failback;
    public const string Staging = SimulatedContext.Staging;
    public const string Schema = "model";

    /// <summary>
    /// How much later it is after each step. Not the time that steps take: a busy machine would have waiting rows tried more often, and be
    /// busier.
    /// </summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    private readonly Random _random = new(run.Seed);
    private readonly SteppedTime _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<SimulatedOwner> _owners = [];
    private readonly List<SimulatedOwner> _zombies = [];
    private SimulatedQueues _queues = null!;
    private GroupContext _context = null!;
    private NpgsqlDataSource _admin = null!;

    /// <summary>Zombies that tried to commit and were refused.</summary>
    public int Fenced { get; private set; }

    public int Crashes { get; private set; }

    public long RowsSent => _queues.Rows;

    /// <summary>Runs the whole feed and drains it.</summary>
    public async Task RunAsync(TestDatabase database)
    {
        await PrepareAsync(database);
        int next = 0;
        List<FeedRequest> requests = [.. run.Requests, new FeedRequest([], new HlcTimestamp(run.History.EndTime.Wall + 1, 0))];
        int waited = 0;
        while (next < requests.Count || !_queues.IsDrained || AnyWaiting())
        {
            if (next == requests.Count && ++waited > 160_000)
                throw new TimeoutException("the simulation does not come to an end: " + Describe());
            _time.Step(Tick);
            if (next < requests.Count && _random.Next(3) == 0) _queues.Publish(requests[next++]);
            SimulatedOwner owner = _owners[_random.Next(_owners.Count)];
            owner.Read(_random.Next(owner.Tables), _random.Next(1, 12));
            if (_random.Next(4) == 0) await StepAsync(owner);
            await MaybeDisturbAsync(faults: next < requests.Count);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SimulatedOwner owner in _owners.Concat(_zombies)) await owner.DisposeAsync();
        await _services.DisposeAsync();
        if (_admin is null) return;
        ClearPool();
        await _admin.DisposeAsync();
    }

    /// <summary>Of the owners' sessions.</summary>
    private void ClearPool()
    {
        using DbConnection session = _context.Dialect.CreateConnection(
            _context.TargetUrl, ConnectionUse.Apply, _context.Options.ApplyTimeout);
        _context.Dialect.ClearPool(session);
    }

    private string Describe() => string.Join("; ", _owners.SelectMany(o => o.Group.Tables).Select((t, i) =>
        $"{t.Name} holds {t.Held.Count} of {_queues.Length(i) - _queues.First(i)}, {t.Rows.Count} rows, "
            + $"{t.Letters.Waiting} waiting, at {t.Checkpoint.Resolved}, received {t.ReceivedResolved}"));

    /// <summary>A spell of ownership ends when the server kills the session outside of what is retried in place.</summary>
    private static bool IsSessionKilled(Exception e) =>
        e is TargetUnavailableException { Failure.Kind: FailureKind.Transient } or NpgsqlException
        || (e is InvalidOperationException && e.Source == "Npgsql");

    private bool AnyWaiting() => _owners.Exists(o => o.Group.Tables.Any(t => t.Letters.Waiting > 0));

    private async Task PrepareAsync(TestDatabase database)
    {
        _admin = NpgsqlDataSource.Create(database.ConnectionString);
        string[] names = [.. run.History.Schema.Tables.Select(t => t.Name)];
        TableRoute[] routes = [
            .. run.History.Schema.Tables.Select(
                t => new TableRoute {
                    Source = t.Name, Target = $"{Schema}.{t.Name}", Queue = t.Name, SourceKey = options.DeclareKeys
                        ? [.. t.SourceKey]
                        : [] })];
        _context = await SimulatedContext.CreateAsync(database, routes, options, _time, _services.GetRequiredService<IMeterFactory>());
        _queues = new SimulatedQueues(names, publishers: 3, options.Age, _time, _random);
        await StartOwnersAsync();
    }

    private async Task StartOwnersAsync()
    {
        foreach (ApplyGroup group in ApplyGroup.Of(_context.Spec)) _owners.Add(await TakeOverAsync(group));
    }

    /// <summary>Pooled sessions may have been killed by the server: whoever takes over tries again.</summary>
    private async Task<SimulatedOwner> TakeOverAsync(ApplyGroup group)
    {
        int[] places = [.. group.Tables.Select(t => _context.Spec.Tables.ToList().IndexOf(t))];
        while (true)
        {
            try
            {
                return await SimulatedOwner.TakeOverAsync(_context, _queues, group.Tables, places);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.AdminShutdown)
            {
                ClearPool();
            }
        }
    }

    private async Task StepAsync(SimulatedOwner owner)
    {
        try
        {
            await owner.StepAsync();
        }
        catch (Exception e) when (IsSessionKilled(e))
        {
            await ReplaceAsync(_owners.IndexOf(owner), zombie: false);
        }
    }

    private async Task MaybeDisturbAsync(bool faults)
    {
        int dice = _random.Next(1_000);
        if (!faults || dice >= options.FaultsPerThousand) await WakeZombiesAsync();
        else if (dice % 4 == 0 || options.OnlyZombies) await ReplaceAsync(_random.Next(_owners.Count), zombie: true);
        else if (dice % 4 == 1) await KillSessionsAsync();
        else if (dice % 4 == 2 && options.FlipModes) await FlipModeAsync();
        else await ReplaceAsync(_random.Next(_owners.Count), zombie: false);
    }

    /// <summary>kill -9, or a process that is only frozen and will wake up.</summary>
    private async Task ReplaceAsync(int place, bool zombie)
    {
        Crashes++;
        SimulatedOwner old = _owners[place];
        old.Die();
        if (zombie) _zombies.Add(old);
        else await old.DisposeAsync();
        _owners[place] = await TakeOverAsync(ApplyGroup.Of(_context.Spec)[place]);
    }

    private async Task FlipModeAsync()
    {
        foreach (SimulatedOwner owner in _owners) await owner.DisposeAsync();
        _owners.Clear();
        _context = _context with { Spec = _context.Spec with { Mode = (ApplyMode)_random.Next(3) } };
        await StartOwnersAsync();
    }

    private async Task KillSessionsAsync()
    {
        await using NpgsqlCommand command = _admin.CreateCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = "
                + "'failback'");
        await command.ExecuteScalarAsync();
    }

    private async Task WakeZombiesAsync()
    {
        if (_zombies.Count == 0 || _random.Next(10) != 0) return;
        SimulatedOwner zombie = _zombies[0];
        _zombies.RemoveAt(0);
        try
        {
            await zombie.StepAsync();
        }
        catch (FencedException)
        {
            Fenced++;
        }
        catch (Exception e) when (IsSessionKilled(e))
        {
            Crashes++;
        }

        await zombie.DisposeAsync();
    }
}
