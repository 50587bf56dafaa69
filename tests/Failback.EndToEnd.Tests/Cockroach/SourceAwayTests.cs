using System.Text.Json;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>CockroachDB does not answer control, which looks after the changefeed: nobody knows then what becomes of it.</summary>
[Collection(CockroachCollection.Name)]
public sealed class SourceAwayTests(StackFixture fixture)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_source_that_does_not_answer_is_named_and_all_is_well_when_it_does()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync("CREATE TABLE a (id bigint PRIMARY KEY)");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE a (id bigint PRIMARY KEY)");
        var failback = new ManagedFailback(fixture.Stack, "source-away", source, target);
        await failback.DefineAsync("public", "a");
        await failback.StartAsync();
        await source.ExecuteAsync("INSERT INTO a VALUES (1)");
        await failback.CatchUpAsync();
        await SaidAsync(failback, "ok", "up_to_date", Patience);

        // cannot_connect_now: the server is starting up.
        source.StandIn.Hooks.Refused = static _ => "57P03";
        await SaidAsync(failback, "unknown", "source_unavailable", Soon);
        source.StandIn.Hooks.Refused = static _ => null;
        await SaidAsync(failback, "ok", "up_to_date", Patience);
        await failback.StopAsync();
        await fixture.Stack.Client.DeleteAsync("source-away");
    }

    private static async Task SaidAsync(ManagedFailback failback, string state, string code, TimeSpan within)
    {
        JsonElement shown = default;
        await Wait.UntilAsync(
            async () =>
            {
                shown = await failback.ShowAsync();
                JsonElement condition = shown.GetProperty("condition");
                return (condition.GetProperty("state").GetString(), condition.GetProperty("code").GetString()) == (state, code);
            }, within, () => $"instead of {state} {code}: {shown}");
    }
}
