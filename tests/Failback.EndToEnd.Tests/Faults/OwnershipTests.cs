using System.Diagnostics;
using Failback.Testing.Processes;
using Xunit;
using ProxyFaults = Failback.Testing.Processes.Faults;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// Whatever happens to the replica that owns a failback, another one commits within ten seconds, and nothing is lost, doubled or reordered;
/// also when the former owner wakes up after a minute.
/// </summary>
[Collection(FaultedStackCollection.Name)]
public sealed class OwnershipTests(FaultedStack faulted, ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FreezeFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>An owner that stays so long is not about to hand over to a replica that has just joined.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    private readonly List<string> _moves = [];
    private readonly List<string> _late = [];

    [Fact]
    public async Task Another_replica_commits_within_ten_seconds_whatever_happens_to_the_owner_and_a_minute_of_frost_changes_nothing()
    {
        await using TestDatabase database = await faulted.CreateDatabaseAsync();
        await using SteadyFeed feed = await SteadyFeed.StartAsync(faulted, database, "moving");
        var frozenFor = Stopwatch.StartNew();
        Outage? frost = null;
        await using var thaw = new Outage(
            () => frost?.DisposeAsync().AsTask() ?? Task.CompletedTask, () => frost?.EndAsync() ?? Task.CompletedTask);
        await MoveAsync(feed, "frozen", o => Act(() => frost = o.Frozen()), _ => Task.CompletedTask);
        await MoveAsync(feed, "told to end", o => o.TerminateAsync(), StartAsync);
        await MoveAsync(feed, "killed", o => o.KillAsync(), StartAsync);
        await MoveAsync(feed, "cut off from the broker", o => Cut(faulted.ApplierWire, o), _ => Mend(faulted.ApplierWire));
        await MoveAsync(feed, "without answers from the broker", o => Silence(faulted.ApplierWire, o), _ => Mend(faulted.ApplierWire));
        await MoveAsync(feed, "cut off from the database", o => Cut(faulted.DatabaseWire, o), _ => Mend(faulted.DatabaseWire));
        await MoveAsync(feed, "without answers from the database", o => Silence(faulted.DatabaseWire, o), _ => Mend(faulted.DatabaseWire));
        TimeSpan left = FreezeFor - frozenFor.Elapsed;
        if (left > TimeSpan.Zero) await Task.Delay(left);
        await thaw.EndAsync();
        await CommitsAsync(feed, "");
        Assert.Empty(await feed.FinishAsync(Patience));
        Assert.Empty(_late);
        string report = "ownership moved after: " + string.Join(", ", _moves);
        output.WriteLine(report);
        // The figures are wanted in the log of a green run too.
        Console.WriteLine(report);
    }

    [Fact]
    public async Task Failbacks_spread_over_replicas_and_one_that_joins_takes_a_share()
    {
        string[] names = [.. Enumerable.Range(0, 6).Select(i => $"spread-{i}")];
        await using TestDatabase database = await faulted.CreateDatabaseAsync();
        ServiceProcess late = faulted.Stack.Appliers[2];
        (_, Outage away) = await late.TerminatedAsync();
        List<SteadyFeed> feeds = [];
        try
        {
            foreach (string name in names) feeds.Add(await SteadyFeed.StartAsync(faulted, database, name));
            await OwnersAsync(feeds, owners => owners.Contains("applier0") && owners.Contains("applier1") && owners.All(o => o.Length > 0));
            await away.EndAsync();
            var watch = Stopwatch.StartNew();
            string[] owners = await OwnersAsync(feeds, owners => owners.Distinct().Count() == 3);
            output.WriteLine($"{string.Join(", ", owners)} after {watch.Elapsed.TotalSeconds:0.0} s");
            foreach (SteadyFeed feed in feeds) Assert.Empty(await feed.FinishAsync(Patience));
        }
        finally
        {
            await away.DisposeAsync();
            foreach (SteadyFeed feed in feeds) await feed.DisposeAsync();
        }
    }

    private static Task Act(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    private static Task Cut(FaultProxy wire, ServiceProcess process) => Act(() =>
    {
        wire.Faults = new ProxyFaults { Refuse = true, OnlyProcess = process.ProcessId };
        wire.ResetConnections(process.ProcessId);
    });

    private static Task Silence(FaultProxy wire, ServiceProcess process) =>
        Act(() => wire.Faults = new ProxyFaults { BlackHole = true, OnlyProcess = process.ProcessId });

    private static Task Mend(FaultProxy wire) => Act(() => wire.Faults = new ProxyFaults());

    private static async Task StartAsync(ServiceProcess process)
    {
        process.Start();
        await process.WaitReadyAsync();
    }

    private static async Task<string[]> OwnersAsync(IReadOnlyList<SteadyFeed> feeds, Func<string[], bool> condition)
    {
        string[] owners = [];
        await Wait.UntilAsync(async () =>
        {
            owners = await Task.WhenAll(feeds.Select(async f => (await f.OwnerAsync()).Owner));
            return condition(owners);
        }, Patience, () => $"owners are {string.Join(", ", owners)}");
        return owners;
    }

    /// <summary>Hurts the owner, waits for a commit by another replica, mends it again.</summary>
    private async Task MoveAsync(SteadyFeed feed, string what, Func<ServiceProcess, Task> hurt, Func<ServiceProcess, Task> mend)
    {
        string before = await SettledOwnerAsync(feed);
        ServiceProcess owner = faulted.Stack.Appliers.Single(a => a.Name == before);
        var watch = Stopwatch.StartNew();
        string next;
        TimeSpan took;
        try
        {
            await hurt(owner);
            next = await CommitsAsync(feed, before);
            took = watch.Elapsed;
        }
        finally
        {
            await mend(owner);
        }

        _moves.Add(FormattableString.Invariant($"{what} {took.TotalSeconds:0.0} s"));
        output.WriteLine($"{what}: {before} -> {next} after {took.TotalSeconds:0.0} s");
        if (took > Limit) _late.Add($"{what}: {next} took over after {took}");
    }

    /// <summary>Waits until two replicas know of each other and one has been the owner for a while; answers which.</summary>
    private static async Task<string> SettledOwnerAsync(SteadyFeed feed)
    {
        string owner = "";
        var since = Stopwatch.StartNew();
        await Wait.UntilAsync(async () =>
        {
            (string now, _) = await feed.OwnerAsync();
            if (now != owner || now.Length == 0 || await feed.MembersAsync() < 2) since.Restart();
            owner = now;
            return since.Elapsed > Settled;
        }, Patience, () => $"the owner changes all the time, now {owner}");
        return owner;
    }

    /// <summary>Waits until a replica other than the given one has taken over and committed twice; answers which.</summary>
    private async Task<string> CommitsAsync(SteadyFeed feed, string not)
    {
        string owner = "";
        long first = 0;
        await Wait.UntilAsync(async () =>
        {
            (string now, long commits) = await feed.OwnerAsync();
            if (now != owner) (owner, first) = (now, commits);
            return owner.Length > 0 && owner != not && commits >= first + 1;
        }, Patience, () => $"nobody but {not} commits\n{faulted.Stack.Logs()}");
        return owner;
    }
}
