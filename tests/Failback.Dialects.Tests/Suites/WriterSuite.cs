using System.Data.Common;
using System.Globalization;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// Ten failbacks write into one database at once. Their rows are their own, the locks are not: what the target refuses because of another
/// writer is tried again until it is in.
/// </summary>
public abstract class WriterSuite(ITargetFixture fixture, ITestOutputHelper output)
{
    private const int Writers = 10;
    private const int LeastRounds = 6;
    private const int MostRounds = 60;
    private const int RowsPerWindow = 20;

    /// <summary>Statements of a window go together: writers meet only where the server is busy with one for a while.</summary>
    private const int ChildrenPerWindow = 400;

    /// <summary>A row that refers to another locks it, so that writers can wait for each other in a circle.</summary>
    protected virtual bool LocksParents => true;

    [Fact]
    public async Task Ten_writers_of_one_table_with_keys_of_their_own_all_arrive()
    {
        await RunAsync(
            "CREATE TABLE slot (id int PRIMARY KEY, code varchar(20) NOT NULL UNIQUE, v int);\n",
            ["slot"],
            (writer, round) =>
            [
                .. Enumerable.Range(0, RowsPerWindow).Select(i => Key(writer, i)).Select((id, i) => i % 5 == 4 && round % 2 == 1
                    ? Delete("slot", $"[{id}]")
                    : Put("slot", $"[{id}]",
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $$"""{"id": {{id}}, "code": "c{{id + (i % 2 * round)}}-{{writer}}", "v": {{round}}}"""))),
            ],
            seekDeadlock: false,
            async (connection, rounds) =>
            {
                int deleted = rounds % 2 == 0 ? RowsPerWindow / 5 : 0;
                Assert.Equal(
                    [$"{Writers * (RowsPerWindow - deleted)}|{rounds - 1}|{rounds - 1}"],
                    await RowsAsync(connection, "SELECT count(*), min(v), max(v) FROM slot"));
            });
    }

    [Fact]
    public async Task Ten_writers_whose_rows_refer_to_each_others_deadlock_and_all_arrive()
    {
        string parents = string.Concat(Enumerable.Range(0, Writers).Select(i => $"INSERT INTO parent VALUES ({i}, 'p{i}', -1);\n"));
        await RunAsync(
            $"""
            CREATE TABLE parent (id int PRIMARY KEY, code varchar(20) NOT NULL UNIQUE, v int);
            CREATE TABLE child (id int PRIMARY KEY, parent_id int NOT NULL, v int, FOREIGN KEY (parent_id) REFERENCES parent (id));
            {parents}
            """,
            ["parent", "child"],
            (writer, round) =>
            [
                Put("parent", $"[{writer}]", $$"""{"id": {{writer}}, "code": "p{{writer}}-{{round}}", "v": {{round}}}"""),
                .. Enumerable.Range(0, ChildrenPerWindow).Select(i =>
                    Put("child", $"[{Key(writer, i)}]",
                        $$"""{"id": {{Key(writer, i)}}, "parent_id": {{(writer + (i < ChildrenPerWindow / 2 ? 0 : round + 1)) % Writers}}, "v": {{round}}}""")),
            ],
            seekDeadlock: LocksParents,
            async (connection, rounds) =>
            {
                Assert.Equal(
                    [$"{Writers}|{rounds - 1}|{rounds - 1}"], await RowsAsync(connection, "SELECT count(*), min(v), max(v) FROM parent"));
                Assert.Equal(
                    [$"{Writers * ChildrenPerWindow}|{rounds - 1}|{rounds - 1}"],
                    await RowsAsync(connection, "SELECT count(*), min(v), max(v) FROM child"));
            });
    }

    private static int Key(int writer, int i) => (i * Writers) + writer;

    /// <summary>Round after round, all writers at once; until one was told of a deadlock, where that is what is looked for.</summary>
    private async Task RunAsync(
        string ddl, string[] tables, Func<int, int, Change[]> window, bool seekDeadlock, Func<DbConnection, int, Task> check)
    {
        string url = await fixture.CreateAsync();
        await using DbConnection connection = await fixture.ConnectAsync(url);
        foreach (string statement in ddl.Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            await ExecuteAsync(connection, statement.TrimEnd(';'));
        await fixture.GrantAsync(url);
        var writers = new List<SuiteWriter>();
        try
        {
            for (int i = 0; i < Writers; i++) writers.Add(await SuiteWriter.OpenAsync(fixture, url, $"writer{i}", tables));
            int rounds = 0;
            long events = 0;
            while (rounds < LeastRounds || (seekDeadlock && rounds < MostRounds && !writers.Exists(w => w.Troubles.Count > 0)))
            {
                Change[][] windows = [.. writers.Select((_, i) => window(i, rounds))];
                events += windows.Sum(w => w.Length);
                await Task.WhenAll(writers.Select((writer, i) => Task.Run(() => writer.WindowAsync(windows[i]))));
                rounds++;
            }

            string[] troubles = [.. writers.SelectMany(w => w.Troubles)];
            output.WriteLine($"{rounds} rounds, {troubles.Length} retries: {string.Join(", ", troubles.CountBy(t => t))}");
            if (seekDeadlock) Assert.Contains(troubles, t => t.EndsWith("deadlock", StringComparison.Ordinal));
            Assert.All(writers, w => Assert.Equal(0, w.Letters));
            Assert.Equal(events, writers.Sum(w => w.Counters.Applied));
            await check(connection, rounds);
        }
        finally
        {
            foreach (SuiteWriter writer in writers) await writer.DisposeAsync();
        }
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(DbConnection connection, string sql)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await using DbDataReader row = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await row.ReadAsync())
            rows.Add(
                string.Join(
                    '|', Enumerable.Range(0, row.FieldCount).Select(i => Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }
}
