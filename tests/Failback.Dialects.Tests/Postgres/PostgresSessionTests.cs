using System.Data.Common;
using Failback.Applier.Postgres;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Dialects.Tests.Suites;
using Npgsql;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>What is stored depends on no setting of the database, the user or a pooler.</summary>
public sealed class PostgresSessionTests
{
    private const string Table = """
        CREATE TABLE val (id int PRIMARY KEY, at timestamptz, day timestamptz, old timestamptz, t timetz, d date, i interval, f double precision, b bytea, a text[]);

        """;

    public static TheoryData<ConnectionUse> Uses => [.. Enum.GetValues<ConnectionUse>()];

    [Theory, InlineData(false), InlineData(true)]
    public async Task Settings_of_the_database_change_no_value_in_either_way_of_writing(bool copied)
    {
        string[] odd = [
            "timezone TO ''America/New_York''", "datestyle TO ''SQL, DMY''", "intervalstyle TO iso_8601", "extra_float_digits TO 0",
            "bytea_output TO escape", "array_nulls TO off"];
        string alter = string.Concat(
            odd.Select(s => $"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {s}', current_database()); END $$;\n"));
        await using EngineHarness engine = await StartAsync(copied ? PostgresFixture.Copying : new PostgresFixture(), alter + Table);
        await engine.WindowAsync(
            Put(
                "val", "[1]",
                """
                {"id": 1, "at": "2024-01-01T01:30:00", "day": "2024-01-02", "old": "-0043-03-15T01:00:00", "t": "04:05:06", "d": "2024-02-03",
                "i": "1 year 2 mons 3 days 04:05:06.5", "f": 0.1, "b": "\\x00ff", "a": ["x", null]}
                """));
        Assert.Empty(await engine.LettersAsync());
        Assert.Equal(
            ["2024-01-01 01:30:00|2024-01-02 00:00:00|0044-03-15 01:00:00 BC|04:05:06|2024-02-03|1-2-3-4-5-6.500000|exact|00ff|null"],
            await engine.RowsAsync(
                """
                SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), to_char(day AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
                to_char(old AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS BC'), (t AT TIME ZONE 'UTC')::time::text, to_char(d, 'YYYY-MM-DD'),
                concat_ws('-', extract(year FROM i), extract(month FROM i), extract(day FROM i), extract(hour FROM i), extract(minute FROM i), extract(second FROM i)),
                CASE WHEN f = 0.1::float8 THEN 'exact' END, encode(b, 'hex'), CASE WHEN a[2] IS NULL THEN 'null' END FROM val
                """));
    }

    [Theory, MemberData(nameof(Uses))]
    public async Task A_session_that_lost_its_settings_on_the_way_is_refused(ConnectionUse use)
    {
        await using var pooler = new ForgetfulPooler(await new PostgresFixture().CreateAsync());
        var dialect = new PostgresDialect();
        await using DbConnection connection = dialect.CreateConnection(pooler.Url, use, TimeSpan.FromSeconds(10));
        var refusal = await Assert.ThrowsAsync<SessionSettingsException>(() => connection.OpenAsync(CancellationToken.None));
        Failure failure = dialect.Classify(refusal);
        Assert.Equal((FailureKind.Permission, "session_settings"), (failure.Kind, failure.Code));
        Assert.Contains("ignore_startup_parameters", failure.Message, StringComparison.Ordinal);
        Assert.Contains("client_min_messages", failure.Message, StringComparison.Ordinal);
        dialect.ClearPool(connection);
    }

    [Fact]
    public async Task A_user_whose_sessions_skip_triggers_and_foreign_keys_is_refused()
    {
        string url = await PostgresFixture.CreateForOwnerAsync();
        string user = $"skips_{Guid.NewGuid():N}";
        await using DbConnection owner = await PostgresFixture.Superuser.ConnectAsync(url);
        await RunAsync(
            owner, $"CREATE ROLE {user} LOGIN PASSWORD 'p'; ALTER ROLE {user} SET session_replication_role = replica");
        var dialect = new PostgresDialect();
        string address = new UriBuilder(url) { UserName = user, Password = "p" }.Uri.ToString();
        await using (DbConnection connection = dialect.CreateConnection(address, ConnectionUse.Inspect, TimeSpan.FromSeconds(10)))
        {
            var refusal = await Assert.ThrowsAsync<SessionSettingsException>(() => connection.OpenAsync(CancellationToken.None));
            Assert.Contains("session_replication_role", refusal.Message, StringComparison.Ordinal);
        }

        await RunAsync(owner, $"DROP ROLE {user}");
    }

    [Theory, InlineData("42P05"), InlineData("26000")]
    public void Prepared_statements_of_others_are_told_as_what_they_come_from(string state)
    {
        Failure failure = new PostgresDialect().Classify(new PostgresException("prepared statement", "ERROR", "ERROR", state));
        Assert.Equal(FailureKind.Permission, failure.Kind);
        Assert.Contains("session mode", failure.Message, StringComparison.Ordinal);
    }

    private static async Task RunAsync(DbConnection connection, string sql)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
