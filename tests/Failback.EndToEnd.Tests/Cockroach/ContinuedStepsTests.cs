using System.Text.Json;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>
/// One start and one deletion during which control after control is killed between two steps; the next goes on without being called.
/// </summary>
public sealed class ContinuedStepsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] StartSteps =
    [
        "taking the cursor", "checking", "choosing tables", "declaring queues", "holding the changefeed for added tables",
        "setting the state", "telling the services", "creating or adopting the changefeed", "looking for rows of tables left out",
        "leaving out tables", "forgetting the former token", "telling the services of the end",
    ];

    private static readonly string[] DeleteSteps =
        ["cancelling the changefeed", "marking it as deleted", "telling the services", "deleting queues", "removing the record"];

    [Fact]
    public Task A_control_that_dies_after_a_step_and_before_its_evidence_is_followed_by_another() => SurviveAsync(
        [.. Done("declaring queues", "setting the state", "creating or adopting the changefeed")],
        [.. Done("marking it as deleted", "removing the record")]);

    [Fact(Explicit = true)]
    public Task Controls_die_before_and_after_every_step() => SurviveAsync(
        [.. StartSteps.SelectMany(step => ((string, bool)[])[(step, false), (step, true)])],
        [.. DeleteSteps.SelectMany(step => ((string, bool)[])[(step, false), (step, true)])]);

    private static IEnumerable<(string Step, bool Done)> Done(params string[] steps) => steps.Select(step => (step, true));

    private static async Task SurviveAsync((string Step, bool Done)[] start, (string Step, bool Done)[] delete)
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("FAILBACK_TEST_POSTGRES_URL")),
            "FAILBACK_TEST_POSTGRES_URL is not set: run the tests with ./test.sh");
        await using TestDatabase state = await TestDatabase.CreateAsync(prefix: "state");
        await using CockroachSource source = await CockroachSource.CreateAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await using FailbackStack stack = await FailbackStack.StartAsync(new StackOptions(ControlDatabase: state.Url, Controls: 2));
        await using StepGate gate = await StepGate.CreateAsync(state);
        var failback = new ManagedFailback(stack, "relay", source, target);
        await failback.DefineAsync("public", "t");

        await RelayAsync(stack, gate, start, client => client.ActAsync("relay", "start"));
        JsonElement started = await EndedAsync(stack, state, "start");
        Assert.Equal(
            [started.GetProperty("result").GetProperty("changefeed").GetProperty("jobId").GetString()!], await source.LiveJobsAsync());
        Assert.Equal("running", (await stack.Clients[1].GetAsync("relay")).GetProperty("state").GetString());
        await source.ExecuteAsync("INSERT INTO t VALUES (1)");
        await failback.CatchUpAsync();
        Assert.Equal(1, await target.ScalarAsync<long>("SELECT count(*) FROM t"));

        await RelayAsync(stack, gate, delete, client => client.SendAsync(HttpMethod.Delete, "failbacks/relay?force=true", null));
        await EndedAsync(stack, state, "delete");
        Assert.Empty(await stack.Clients[0].NamesAsync());
        Assert.Empty(await source.LiveJobsAsync());
        Assert.DoesNotContain("fb.relay.", await stack.Broker.QueuesAsync(), StringComparison.Ordinal);
        Assert.Equal(
            ["done", "done"],
            [.. JsonSerializer.Deserialize<string[]>((await state.ScalarAsync<string>(
                "SELECT json_agg(state ORDER BY id)::text FROM failback_control.step_run"))!)!]);
    }

    // The first control is called; each one that is killed is started again while the other goes on.
    private static async Task RelayAsync(
        FailbackStack stack, StepGate gate, (string Step, bool Done)[] deaths, Func<ControlClient, Task<JsonElement>> call)
    {
        await gate.SetAsync(deaths[0]);
        Task<JsonElement> first = call(stack.Clients[0]);
        for (int i = 0; i < deaths.Length; i++)
        {
            ServiceProcess victim = stack.Controls[i % 2];
            await Wait.UntilAsync(
                gate.IsHeldAsync, Patience, () => $"no control arrives at {deaths[i]}:\n{stack.Logs()}");
            // Before the next control can be there.
            await gate.SetAsync(i + 1 < deaths.Length ? deaths[i + 1] : null);
            await using Outage killed = await victim.KilledAsync();
            await gate.ForgetKilledAsync();
            if (i == 0) await BrokenCall.ExpectCutAsync(() => first);
            await killed.EndAsync();
        }
    }

    /// <summary>Waits until the only operation of a kind has succeeded.</summary>
    private static async Task<JsonElement> EndedAsync(FailbackStack stack, TestDatabase state, string kind)
    {
        JsonElement[] all = [];
        string? runs = "";
        await Wait.UntilAsync(
            async () =>
            {
                all = [.. (await stack.Clients[0].SendAsync(HttpMethod.Get, "operations?failback=relay", null)).EnumerateArray()
                    .Where(operation => operation.GetProperty("kind").GetString() == kind)];
                runs = await state.ScalarAsync<string>("SELECT json_agg(body)::text FROM failback_control.step_run");
                return all.Length > 0 && all.All(operation => operation.GetProperty("state").GetString() == "succeeded");
            },
            Patience, () => $"{string.Join('\n', all)}\n{runs}\n{stack.Logs()}");
        return Assert.Single(all);
    }
}
