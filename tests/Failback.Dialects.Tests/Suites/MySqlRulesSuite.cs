using System.Data.Common;
using System.Diagnostics;
using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Writing;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Staging;
using MySqlConnector;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// What only MySQL and MariaDB do: keys that are equal without being the same, columns that change by themselves, no deferred checks.
/// </summary>
public abstract class MySqlRulesSuite(ITargetFixture fixture)
{
    private const string Named = "CREATE TABLE named (name varchar(20) COLLATE utf8mb4_general_ci PRIMARY KEY, v varchar(20));\n";

    [Fact]
    public async Task Two_rows_whose_keys_differ_in_case_only_are_not_merged()
    {
        await using EngineHarness engine = await StartAsync(fixture, Named);
        await engine.WindowAsync(
            Put("named", "[\"a\"]", """{"name": "a", "v": "small"}"""), Put("named", "[\"b\"]", """{"name": "b", "v": "x"}"""));
        await engine.WindowAsync(
            Put("named", "[\"A\"]", """{"name": "A", "v": "large"}"""), Put("named", "[\"b\"]", """{"name": "b", "v": "y"}"""));
        Assert.Equal(["a|small", "b|y"], await engine.RowsAsync("SELECT name, v FROM named ORDER BY name"));
        Assert.Equal(1, engine.Letters.Single().Open);
    }

    [Fact]
    public async Task Of_two_such_rows_in_one_window_one_goes_in_and_one_is_set_aside()
    {
        await using EngineHarness engine = await StartAsync(fixture, Named);
        await engine.WindowAsync(
            Put("named", "[\"a\"]", """{"name": "a", "v": "small"}"""), Put("named", "[\"A\"]", """{"name": "A", "v": "large"}"""),
            Put("named", "[\"a \"]", """{"name": "a ", "v": "blank"}"""));
        Assert.Single(await engine.RowsAsync("SELECT name, v FROM named"));
        Assert.Equal(2, engine.Letters.Single().Open);
    }

    [Fact]
    public async Task A_delete_spares_the_row_whose_key_differs_in_case()
    {
        await using EngineHarness engine = await StartAsync(fixture, Named + "INSERT INTO named VALUES ('a', 'small');\n");
        await engine.WindowAsync(Delete("named", "[\"A\"]"));
        Assert.Equal(["a|small"], await engine.RowsAsync("SELECT name, v FROM named"));
    }

    [Fact]
    public async Task A_key_may_change_its_spelling()
    {
        await using EngineHarness engine = await StartAsync(fixture, Named + "INSERT INTO named VALUES ('a', 'old');\n");
        await engine.WindowAsync(Put("named", "[\"A\"]", """{"name": "A", "v": "new"}"""), Delete("named", "[\"a\"]"));
        Assert.Equal(["A|new"], await engine.RowsAsync("SELECT name, v FROM named"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task Unique_bytes_that_allow_no_null_are_swapped()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE tag (id int PRIMARY KEY, code binary(16) NOT NULL UNIQUE);
            INSERT INTO tag VALUES (1, UNHEX('000102030405060708090A0B0C0D0E0F'));
            INSERT INTO tag VALUES (2, UNHEX('100102030405060708090A0B0C0D0E0F'));
            """);
        await engine.WindowAsync(
            Put("tag", "[1]", """{"id": 1, "code": "10010203-0405-0607-0809-0a0b0c0d0e0f"}"""),
            Put("tag", "[2]", """{"id": 2, "code": "00010203-0405-0607-0809-0a0b0c0d0e0f"}"""));
        Assert.Equal(["1|10", "2|00"], await engine.RowsAsync("SELECT id, LEFT(HEX(code), 2) FROM tag ORDER BY id"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task Columns_that_change_on_update_keep_what_they_have()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE one (id int PRIMARY KEY, v varchar(20), changed timestamp NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP);
            CREATE TABLE two (id int PRIMARY KEY, v varchar(20) UNIQUE, changed timestamp NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP);
            INSERT INTO one VALUES (1, 'x', '2001-02-03 04:05:06');
            INSERT INTO two VALUES (1, 'x', '2001-02-03 04:05:06');
            INSERT INTO two VALUES (2, 'y', '2001-02-03 04:05:06');
            """);
        await engine.WindowAsync(
            Put("one", "[1]", """{"id": 1, "v": "z"}"""), Put("two", "[1]", """{"id": 1, "v": "y"}"""),
            Put("two", "[2]", """{"id": 2, "v": "x"}"""));
        Assert.Equal(["1|z|2001-02-03 04:05:06"], await engine.RowsAsync("SELECT id, v, CAST(changed AS CHAR) FROM one"));
        Assert.Equal(
            ["1|y|2001-02-03 04:05:06", "2|x|2001-02-03 04:05:06"],
            await engine.RowsAsync("SELECT id, v, CAST(changed AS CHAR) FROM two ORDER BY id"));
    }

    [Fact]
    public async Task Generated_columns_are_left_out_and_zero_is_zero()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE gen (id int AUTO_INCREMENT PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int "
                + "GENERATED ALWAYS AS (a * 3) VIRTUAL);\n");
        await engine.WindowAsync(Put("gen", "[0]", """{"id": 0, "a": 2, "b": 4, "c": null}"""));
        Assert.Equal(["0|2|4|6"], await engine.RowsAsync("SELECT * FROM gen"));
    }

    [Fact]
    public async Task A_row_that_lacks_a_column_without_default_is_updated_all_the_same()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE lean (id int PRIMARY KEY, a int NOT NULL, b int);\nINSERT INTO lean VALUES (1, 5, 6);\n");
        await engine.WindowAsync(Put("lean", "[1]", """{"id": 1, "b": 7}"""), Put("lean", "[2]", """{"id": 2, "b": 8}"""));
        Assert.Equal(["1|5|7"], await engine.RowsAsync("SELECT id, a, b FROM lean"));
        Assert.Equal(1, engine.Letters.Single().Open);
    }

    [Theory]
    [InlineData("datetime", "0000-00-00 00:00:00", "")]
    [InlineData("date", "0000-00-00", "")]
    [InlineData("timestamp", "0000-00-00 00:00:00", ", UNIQUE (v)")]
    [InlineData("date", "2024-00-00", ", UNIQUE (v)")]
    public async Task A_default_that_the_session_refuses_is_in_the_way_of_new_rows_only(string type, string value, string further)
    {
        await using EngineHarness engine = await StartAsync(fixture, $"""
            SET SESSION sql_mode = '';
            CREATE TABLE dated (id int PRIMARY KEY, v int, seen {type} NOT NULL DEFAULT '{value}'{further});
            INSERT INTO dated (id, v) VALUES (1, 1);
            INSERT INTO dated (id, v) VALUES (2, 2);
            """);
        await engine.WindowAsync(
            Put("dated", "[1]", """{"id": 1, "v": 5}"""), Put("dated", "[3]", """{"id": 3, "v": 3}"""),
            Put("dated", "[2]", """{"id": 2, "v": 6}"""));
        Assert.Equal(["1|5", "2|6"], await engine.RowsAsync("SELECT id, v FROM dated ORDER BY id"));
        Assert.Equal("3", Assert.Single(await engine.ReasonsAsync()).Key);
    }

    [Fact]
    public async Task A_trigger_on_insert_does_not_fire_for_updates()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE fired (id int PRIMARY KEY, v int);
            INSERT INTO fired VALUES (1, 1);
            CREATE TRIGGER fired_in BEFORE INSERT ON fired FOR EACH ROW SET NEW.v = NEW.v + 100;
            """);
        await engine.WindowAsync(Put("fired", "[1]", """{"id": 1, "v": 2}"""));
        Assert.Equal(["1|2"], await engine.RowsAsync("SELECT id, v FROM fired"));
    }

    [Fact]
    public async Task A_chain_that_allows_no_null_is_deleted_with_checks_off_and_on_again()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE link (id int PRIMARY KEY, up int NOT NULL, FOREIGN KEY (up) REFERENCES link (id));
            INSERT INTO link VALUES (1, 1);
            INSERT INTO link VALUES (2, 1);
            INSERT INTO link VALUES (3, 2);
            """);
        await engine.WindowAsync(Delete("link", "[2]"), Delete("link", "[3]"));
        Assert.Equal(["1"], await engine.RowsAsync("SELECT id FROM link"));
        Assert.Equal(["relaxed"], engine.Attempts);
        await engine.WindowAsync(Put("link", "[9]", """{"id": 9, "up": 8}"""));
        Assert.Equal(["1"], await engine.RowsAsync("SELECT id FROM link"));
        Assert.Equal(1, engine.Letters.Single().Open);
    }

    [Fact]
    public async Task A_successor_ends_the_session_of_a_frozen_owner()
    {
        string url = await fixture.CreateAsync();
        ICheckpointStore checkpoints = fixture.Dialect.Checkpoints(fixture.Staging(url));
        await using DbConnection frozen = await OpenAsync(url);
        await checkpoints.EnsureAsync(frozen, CancellationToken.None);
        await checkpoints.RegisterAsync(frozen, "f", ["s.t", "s.u"], CancellationToken.None);
        await checkpoints.TakeOverAsync(frozen, "f", ["s.t", "s.u"], "frozen", CancellationToken.None);
        await using DbTransaction held = await frozen.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted);
        await checkpoints.LockAsync(held, "f", ["s.t", "s.u"], CancellationToken.None);

        long started = Stopwatch.GetTimestamp();
        await using DbConnection successor = await OpenAsync(url);
        IReadOnlyList<TableCheckpoint> taken = await checkpoints.TakeOverAsync(
            successor, "f", ["s.t", "s.u"], "successor", CancellationToken.None);
        Assert.All(taken, t => Assert.Equal(2, t.Epoch));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5), "the successor waited for the owner's locks");
        Exception late = await Assert.ThrowsAnyAsync<Exception>(() => held.CommitAsync());
        Assert.Equal(FailureKind.Transient, fixture.Dialect.Classify(late).Kind);
        fixture.Dialect.ClearPool(successor);
    }

    [Fact]
    public async Task A_pool_that_is_cleared_keeps_no_session_and_a_new_connection_opens()
    {
        string url = await fixture.CreateAsync();
        await using DbConnection watch = await fixture.ConnectAsync(url);
        await using DbCommand sessions = watch.CreateCommand();
        sessions.CommandText = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()";
        DbConnection connection = await OpenAsync(url);
        await connection.DisposeAsync();
        Assert.Equal(1L, await sessions.ExecuteScalarAsync());
        fixture.Dialect.ClearPool(connection);
        await Testing.Processes.Wait.UntilAsync(
            async () => await sessions.ExecuteScalarAsync() is 0L, TimeSpan.FromSeconds(10), () => "the session is still there");
        await using DbConnection again = await OpenAsync(url);
        fixture.Dialect.ClearPool(again);
    }

    [Theory, InlineData("1.239", "1265"), InlineData("1.2390000", "1265")]
    public async Task What_the_server_merely_notes_is_a_refusal(string value, string code)
    {
        string url = await fixture.CreateAsync();
        await using DbConnection owner = await fixture.ConnectAsync(url);
        await using DbCommand create = owner.CreateCommand();
        create.CommandText = "CREATE TABLE noted (id int PRIMARY KEY, v decimal(5,2))";
        await create.ExecuteNonQueryAsync();
        await using DbConnection connection = await OpenAsync(url);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted);
        var bulk = new MySqlBulk(transaction, "INSERT INTO noted VALUES ", ", ", "");
        await bulk.AddAsync("(?, ?)", [1L, value], CancellationToken.None);
        var note = await Assert.ThrowsAsync<MySqlNoteException>(() => bulk.FlushAsync(CancellationToken.None));
        Assert.Equal(
            new Failure(FailureKind.Data, code, "value that the column would change (column v)"), fixture.Dialect.Classify(note));
        fixture.Dialect.ClearPool(connection);
    }

    [Theory, InlineData("SET sql_mode = ''"), InlineData("SET time_zone = '-05:00'"), InlineData("SET foreign_key_checks = 0")]
    public async Task A_session_with_other_settings_than_were_made_is_refused(string setting)
    {
        string url = await fixture.CreateAsync();
        await using var connection = (MySqlConnection)await OpenAsync(url);
        await MySqlSession.CheckAsync(connection, CancellationToken.None);
        await using (MySqlCommand command = connection.CreateCommand())
        {
            command.CommandText = setting;
            await command.ExecuteNonQueryAsync();
        }

        var refusal = await Assert.ThrowsAsync<SessionSettingsException>(() => MySqlSession.CheckAsync(connection, CancellationToken.None));
        Assert.Equal(FailureKind.Permission, fixture.Dialect.Classify(refusal).Kind);
        fixture.Dialect.ClearPool(connection);
    }

    private async Task<DbConnection> OpenAsync(string url)
    {
        DbConnection connection = fixture.Dialect.CreateConnection(url, ConnectionUse.Apply, TimeSpan.FromSeconds(30));
        await connection.OpenAsync();
        return connection;
    }
}
