using System.Globalization;
using Failback.Dialects.Tests.Suites;
using Failback.Dialects.Tests.Values;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>Rows that are copied and merged arrive as those that travel in arrays do.</summary>
public sealed class PostgresCopyTests() : ValueSuite(PostgresFixture.Copying)
{
    private static readonly string[] Numbers = [
        "0", "-0", "1", "-1", "9999", "10000", "-10001", "0.5", "-0.0001", "12345678.90", "0.00012345", "99999999999999999999.000100",
        "1E+2", "1000000.10"];
    private static readonly string[] Times = [
        "0001-01-01T00:00:00", "1969-12-31T23:59:59.999999", "1999-12-31T23:59:59.9", "2000-01-01T00:00:00", "2024-02-29T12:34:56.123456",
        "9999-12-31T23:59:59.999999", "2024-02-29T12:34:56.120"];

    public static TheoryData<int, string> Sets => new(PostgresValueTable.Sets.Index().Select(s => (s.Index, s.Item.Name)));

    [Theory]
    [MemberData(nameof(Sets))]
    public Task A_copied_value_is_stored_exactly_or_refused_with_its_reason(int set, string name)
    {
        ValueSet values = PostgresValueTable.Sets[set];
        Assert.Equal(name, values.Name);
        return CheckAsync(values, "v::text");
    }

    [Fact]
    public async Task Every_value_alone_is_what_the_server_makes_of_its_text()
    {
        await using EngineHarness engine = await StartAsync(
            PostgresFixture.Copying,
            "CREATE TABLE val (id int PRIMARY KEY, n numeric, m numeric(30,8), t timestamp, z timestamptz, d date, ntext text, ttext "
                + "text);\n");
        Change[] rows = [.. Numbers.SelectMany((number, i) => Times.Select((time, j) => Row((i * Times.Length) + j, number, time)))];
        foreach (Change row in rows) await engine.WindowAsync(row);
        Assert.Empty(await engine.LettersAsync());
        Assert.Empty(await engine.RowsAsync(
            """
            SELECT id, n, m, t, z, d, ntext, ttext FROM val WHERE n::text <> ntext::numeric::text OR m::text <> ntext::numeric(30,8)::text OR t::text <> ttext::timestamp::text
            OR (z AT TIME ZONE 'UTC')::text <> ttext::timestamp::text OR d::text <> ttext::date::text
            """));
        Assert.Equal([$"{rows.Length}"], await engine.RowsAsync("SELECT count(*) FROM val"));
    }

    [Fact]
    public async Task Of_a_window_of_several_copies_only_the_rows_that_do_not_fit_are_set_aside()
    {
        const int rows = 12_000;
        await using EngineHarness engine = await StartAsync(
            new PostgresFixture(),
            "CREATE TABLE val (id int PRIMARY KEY, small smallint, name varchar(5), at timestamptz, CHECK (small <> 7));\n");
        Change[] first = [
            .. Enumerable.Range(0, rows)
                .Select(i => Put("val", $"[{i}]", $$"""{"id": {{i}}, "small": 1, "name": "old", "at": "2024-01-01T00:00:00Z"}"""))];
        await engine.WindowAsync(first);
        await engine.WindowAsync([.. Enumerable.Range(0, rows).Select(i => Put("val", $"[{i}]", After(i)))]);
        Assert.Equal(["100", "5100", "9100"], (await engine.LettersAsync()).Select(l => l.Split('|')[0]).Order(StringComparer.Ordinal));
        Assert.Equal(
            [$"{rows}|{rows - 3}|{rows - 4}"],
            await engine.RowsAsync(
                "SELECT count(*), count(*) FILTER (WHERE name = 'new'), count(*) FILTER (WHERE at = timestamptz '2024-01-02 "
                    + "00:00:00.5Z') FROM val"));
    }

    /// <summary>
    /// One value that the column cannot keep, one that the server refuses, one that cannot be read, and one in a form that is not copied as
    /// it is.
    /// </summary>
    private static string After(int i) => i switch
    {
        100 => """{"id": 100, "small": 70000, "name": "new", "at": "2024-01-02T00:00:00.5Z"}""",
        5100 => """{"id": 5100, "small": 7, "name": "new", "at": "2024-01-02T00:00:00.5Z"}""",
        9100 => "[9100]",
        9101 => """{"id": 9101, "small": 2, "name": "new", "at": "infinity"}""",
        _ => $$"""{"id": {{i}}, "small": 2, "name": "new", "at": "2024-01-02T00:00:00.5Z"}""",
    };

    private static Change Row(int id, string number, string time) => Put(
        "val",
        $"[{id}]",
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"id": {{id}}, "n": {{number}}, "m": {{number}}, "t": "{{time}}", "z": "{{time}}Z", "d": "{{time[..10]}}", "ntext": "{{number}}", "ttext": "{{time}}"}"""));
}
