using Failback.Apply.Failures;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// Tables of the target that are altered while rows come in: noticed at the end of every transaction, where the server tells.
/// </summary>
/// <param name="fixture">A database.</param>
/// <param name="change">Gives column {0} of table item the type {1}.</param>
public abstract class DriftSuite(ITargetFixture fixture, string change)
{
    [Fact]
    public async Task A_column_that_lost_digits_underneath_refuses_what_it_would_round()
    {
        await using EngineHarness engine = await StartAsync(fixture, "CREATE TABLE item (id int PRIMARY KEY, n decimal(12,4));\n");
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "n": 1.25}"""));
        await engine.SqlAsync(Change("n", "decimal(12,2)"));
        await engine.WindowAsync(Put("item", "[2]", """{"id": 2, "n": 1.2345}"""), Put("item", "[3]", """{"id": 3, "n": 1.23}"""));
        Assert.Equal(["1|1.25", "3|1.23"], await engine.RowsAsync("SELECT id, n FROM item ORDER BY id"));
        Assert.Equal(1, engine.Letters.Sum(l => l.Open));
    }

    [Fact]
    public async Task A_column_that_was_widened_underneath_takes_what_did_not_fit()
    {
        await using EngineHarness engine = await StartAsync(fixture, "CREATE TABLE item (id int PRIMARY KEY, n int, t varchar(3));\n");
        await engine.WindowAsync(Put("item", "[1]", """{"id": 1, "n": 1, "t": "abc"}"""));
        await engine.SqlAsync(Change("n", "bigint"));
        await engine.SqlAsync(Change("t", "varchar(10)"));
        await engine.BatchAsync(Put("item", "[2]", """{"id": 2, "n": 3000000000, "t": "abcdef"}"""));
        Assert.Equal(["1|1|abc", "2|3000000000|abcdef"], await engine.RowsAsync("SELECT id, n, t FROM item ORDER BY id"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task A_column_added_or_dropped_underneath_counts_from_the_next_row_on()
    {
        await using EngineHarness engine = await StartAsync(fixture, "CREATE TABLE item (id int PRIMARY KEY, a int, b int);\n");
        GroupHaltedException halt = await Assert.ThrowsAsync<GroupHaltedException>(
            () => engine.WindowAsync(Put("item", "[1]", """{"id": 1, "a": 1, "b": 1, "c": "x"}""")));
        Assert.Contains("it goes on once they are there", halt.Message, StringComparison.Ordinal);
        await engine.SqlAsync("ALTER TABLE item ADD COLUMN c varchar(5)");
        await engine.WindowAsync(Put("item", "[2]", """{"id": 2, "a": 1, "b": 2, "c": "x"}"""));
        await engine.SqlAsync("ALTER TABLE item DROP COLUMN a");
        await engine.WindowAsync(Put("item", "[3]", """{"id": 3, "b": 3, "c": "y"}"""));
        Assert.Equal(["2|2|x", "3|3|y"], await engine.RowsAsync("SELECT id, b, c FROM item WHERE id > 1 ORDER BY id"));
    }

    private string Change(string column, string type) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, change, column, type);
}
