using System.Text.Json.Nodes;
using Failback.EndToEnd.Tests.Faults;
using Failback.Testing.Processes;
using Xunit;
using ProxyFaults = Failback.Testing.Processes.Faults;

namespace Failback.EndToEnd.Tests.Healing;

/// <summary>One test leaves everything broken behind it; the next one in the collection finds the stack as if nothing had been.</summary>
[Collection(FaultedStackCollection.Name), TestCaseOrderer(typeof(InOrderOfNames))]
public sealed class HealingTests(FaultedStack faulted)
{
    private const string Left = "left-behind";
    private static int[] _killed = [];

    private FailbackStack Stack => faulted.Stack;

    [Fact]
    public async Task First_test_leaves_everything_dead_frozen_cut_and_defined()
    {
        await Stack.Client.DefineAsync(
            Left, new JsonObject { ["target"] = "postgres://u:p@127.0.0.1:1/d", ["changefeed"] = new JsonObject { ["managed"] = false } });
        await Stack.Broker.SetPolicyAsync("impatient", "^fb[.]", """{"message-ttl": 60000}""");
        ServiceProcess[] victims = [Stack.Control, Stack.Sinks[0], Stack.Appliers[0]];
        _killed = [.. victims.Select(victim => victim.ProcessId)];
        foreach (ServiceProcess victim in victims) await victim.KillAsync();
        Stack.Sinks[1].Freeze();
        Stack.Appliers[1].Freeze();
        faulted.SinkWire.Faults = new ProxyFaults { Refuse = true };
        faulted.ApplierWire.Faults = new ProxyFaults { BlackHole = true };
        faulted.DatabaseWire.Faults = new ProxyFaults { LoseAnswers = true };
        await faulted.Broker.KillAsync();
        await faulted.Database.KillAsync();
        Assert.All(victims, victim => Assert.False(victim.IsRunning));
    }

    [Fact]
    public async Task Second_test_finds_nothing_of_it()
    {
        Assert.SkipWhen(_killed.Length == 0, "shows something only after the first test of the class");
        ServiceProcess[] all = [Stack.Control, .. Stack.Sinks, .. Stack.Appliers];
        Assert.All(all, process => Assert.True(process.IsRunning));
        await Task.WhenAll(all.Select(process => process.WaitReadyAsync(TimeSpan.FromSeconds(5))));
        Assert.Empty(_killed.Intersect(all.Select(process => process.ProcessId)));
        Assert.Equal(
            [new ProxyFaults(), new ProxyFaults(), new ProxyFaults()],
            new[] { faulted.SinkWire.Faults, faulted.ApplierWire.Faults, faulted.DatabaseWire.Faults });
        Assert.Empty(await Stack.Client.NamesAsync());
        Assert.DoesNotContain("impatient", await Stack.Broker.PoliciesAsync(), StringComparison.Ordinal);
        await using TestDatabase database = await faulted.CreateDatabaseAsync();
        Assert.Equal(1, await database.ScalarAsync<int>("select 1"));
    }
}
