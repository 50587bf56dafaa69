using Failback.Apply.Staging;
using Failback.Dialects.Tests.Suites;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Trips;

/// <summary>The round trips of a window do not grow with its tables.</summary>
public abstract class RoundTripSuite(ITargetFixture inner) : IAsyncDisposable
{
    /// <summary>A server that begins to answer before all is sent is counted twice, as if the driver had waited for it.</summary>
    private const int EarlyAnswers = 5;

    private readonly RoutedFixture _fixture = new(inner);

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_window_of_fifty_tables_takes_the_round_trips_of_a_window_of_one()
    {
        long[] trips = [await TripsAsync(1), await TripsAsync(10), await TripsAsync(50)];
        TestContext.Current.TestOutputHelper?.WriteLine($"round trips with 1, 10 and 50 tables: {string.Join(", ", trips)}");
        Assert.True(trips[2] <= trips[0] + EarlyAnswers, $"round trips with 1, 10 and 50 tables: {string.Join(", ", trips)}");
    }

    /// <summary>Each window inserts, updates, deletes, moves a unique value and deletes a row that never was, in every table.</summary>
    private async Task<long> TripsAsync(int tables)
    {
        string[] names = [.. Enumerable.Range(0, tables).Select(i => $"t{i}")];
        await using EngineHarness engine = await StartAsync(
            _fixture, string.Concat(
                names.Select(t => $"CREATE TABLE {t} (id int PRIMARY KEY, code varchar(20) UNIQUE, amount numeric(8,2));\n")));
        await engine.WindowAsync([
            .. names.SelectMany(t => (Change[])[Row(t, 1, "a"), Row(t, 2, "b"), Row(t, 3, "c")])]);
        await WindowAsync(engine, names, 10);
        long before = _fixture.Trips;
        await WindowAsync(engine, names, 20);
        long trips = _fixture.Trips - before;
        foreach (string table in names)
        {
            Assert.Equal(
                ["1|d20", "10|x10", "20|x20"], await engine.RowsAsync($"SELECT id, code FROM {table} WHERE id <> 3 ORDER BY id"));
            Assert.Equal(new Counters(13, 13, 0, 0, 0), engine.TableOf(table).Checkpoint.Counters);
        }

        Assert.Empty(await engine.LettersAsync());
        Assert.All(engine.Attempts, attempt => Assert.Equal("plain", attempt));
        return trips;
    }

    private static Task WindowAsync(EngineHarness engine, IEnumerable<string> tables, int number) => engine.WindowAsync([
        .. tables.SelectMany(t => (Change[])[
            Row(t, number, $"x{number}"), Row(t, 1, $"d{number}"), Row(t, 3, $"c{number}"), Delete(t, "[2]"), Delete(t, "[99]")])]);

    private static Change Row(string table, int id, string code) =>
        Put(table, $"[{id}]", $$"""{"id": {{id}}, "code": "{{code}}", "amount": {{id}}.25}""");
}
