using System.Globalization;
using System.Diagnostics;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// A statement that takes longer than it may is not repeated for ever: it is given fewer rows, down to one, and a row that is too slow
/// alone becomes a letter. Rows that are all refused cost about as much as rows that are not.
/// </summary>
/// <param name="fixture">A database.</param>
/// <param name="applyTimeout">Seconds that a statement may run.</param>
/// <param name="rows">Rows that take about twice as long together as a statement may.</param>
public abstract class PaceSuite(ITargetFixture fixture, int applyTimeout, int rows)
{
    private const string Items = "CREATE TABLE item (id int PRIMARY KEY, note varchar(9));\n";

    /// <summary>Statements after which a deleted item takes a while, and item 7 longer than a statement may run.</summary>
    protected abstract string SlowDeletes { get; }

    [Fact]
    public async Task Deletes_that_take_too_long_together_go_in_smaller_parts_and_a_row_that_does_alone_is_a_letter()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Items + string.Concat(Enumerable.Range(1, rows).Select(i => $"INSERT INTO item VALUES ({i}, 'old');\n")) + SlowDeletes,
            applyTimeout: applyTimeout);
        await engine.WindowAsync(
            [.. Enumerable.Range(1, rows).Select(i => Delete("item", $"[{i}]")), Put("item", "[1000]", """{"id": 1000, "note": "new"}""")]);
        Assert.Equal(["7|old", "1000|new"], await engine.RowsAsync("SELECT id, note FROM item ORDER BY id"));
        (_, string key, string kind, string message) = Assert.Single(await engine.ReasonsAsync());
        Assert.Equal(("7", "Constraint"), (key, kind));
        Assert.Contains("exceeded applyTimeout twice, for this row alone", message, StringComparison.Ordinal);
    }

    /// <summary>Takes its time; elapsed times of a busy machine are rough, so the bound is far above what is measured.</summary>
    [Fact(Explicit = true)]
    public async Task Rows_that_all_break_a_check_cost_little_more_than_rows_that_do_not()
    {
        const int many = 20_000;
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE item (id int PRIMARY KEY, total int, CHECK (total < 100));\n", applyTimeout: 30);
        double good = await TimeAsync(engine, 0, 5);
        double bad = await TimeAsync(engine, many, 500);
        Assert.Equal([$"{many}"], await engine.RowsAsync("SELECT COUNT(*) FROM item"));
        Assert.Equal(many, engine.Letters.Sum(l => l.Open));
        string told = string.Create(CultureInfo.InvariantCulture, $"{GetType().Name}: {good:0.0} s, all refused {bad:0.0} s");
        TestContext.Current.SendDiagnosticMessage(told);
        Assert.True(bad < 40, told);

        static async Task<double> TimeAsync(EngineHarness engine, int first, int total)
        {
            Change[] changes = [
                .. Enumerable.Range(first, many).Select(i => Put("item", $"[{i}]", $$"""{"id": {{i}}, "total": {{total}}}"""))];
            long started = Stopwatch.GetTimestamp();
            await engine.WindowAsync(changes);
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
    }
}
