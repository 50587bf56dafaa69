using System.Data.Common;
using System.Globalization;
using Failback.Contracts;
using Failback.EndToEnd.Tests.Cockroach;
using Failback.EndToEnd.Tests.Faults;
using Failback.EndToEnd.Tests.Oracle;
using Failback.Testing.Processes;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace Failback.EndToEnd.Tests.Published;

/// <summary>
/// Userscripts through everything that is published: checked, uploaded and activated by the command line, its handlers at work in the sink
/// and in the applier of each product. This needs the compiler, V8, the process of scripts and, in control, SQLite.
/// </summary>
[Collection(PublishedStackCollection.Name)]
public sealed class PublishedScriptTests(PublishedStackFixture fixture)
{
    /// <summary>
    /// The sink sends shouted rows elsewhere and drops hidden ones; the applier computes a column and keeps what is deleted.
    /// </summary>
    private const string Script = """
        import * as api from "replicator@v1";

        api.configureSource("public", {
          dispatch: (row: any, meta: any) => {
            if (row.state === "hidden") return null;
            return row.state === "loud" ? { shouts: [row] } : { notes: [row] };
          },
          deletesTo: "notes",
        });

        api.configureTable("notes", { map: (row: any) => ({ ...row, words: String(row.text).split(" ").length }) });
        """;

    private const string Columns = "(id integer primary key, text varchar(50), state varchar(20), words integer)";
    private const string OracleColumns =
        "(\"id\" number(10) primary key, \"text\" varchar2(50), \"state\" varchar2(20), \"words\" number(10))";

    private FailbackStack Stack => fixture.Stack;

    [Fact]
    [Uses("control")]
    [Uses("sink")]
    [Uses("cli")]
    [Uses("applier-postgres")]
    public async Task Scripts_run_on_the_way_to_PostgreSQL()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await RunAsync(database, "public", Columns, () => new NpgsqlConnection(database.ConnectionString));
    }

    [Fact]
    [Uses("applier-mysql")]
    public async Task Scripts_run_on_the_way_to_MariaDB()
    {
        string? server = Environment.GetEnvironmentVariable("FAILBACK_TEST_MARIADB_URL");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "FAILBACK_TEST_MARIADB_URL is not set: no MariaDB for this test");
        await using MySqlTestDatabase database = await MySqlTestDatabase.CreateAsync(server!);
        await RunAsync(database, database.Name, Columns, () => new MySqlConnection(database.ConnectionString));
    }

    [Fact]
    [Uses("applier-oracle")]
    [Uses("oracle-stand-in")]
    public async Task Scripts_run_on_the_way_to_the_stand_in_for_Oracle()
    {
        string? server = Environment.GetEnvironmentVariable("FAILBACK_TEST_ORACLE_URL");
        Assert.SkipWhen(
            string.IsNullOrEmpty(server),
            "FAILBACK_TEST_ORACLE_URL is not set: run ./test.sh, which starts a stand-in for Oracle where there is a JDK");
        await using OracleTestDatabase database = await OracleTestDatabase.CreateAsync(new Uri(server!));
        await using DbConnection kept = await database.OpenAsync(TestContext.Current.CancellationToken);
        await RunAsync(database, ".*", OracleColumns, () => kept);
    }

    private async Task RunAsync(ITestDatabase database, string schema, string columns, Func<DbConnection> connect)
    {
        bool isOracle = columns == OracleColumns;
        string Quoted(string name) => isOracle ? $"\"{name}\"" : name;
        foreach (string table in (string[])["notes", "shouts"]) await QueryAsync(connect, $"create table {Quoted(table)} {columns}");
        if (database is OracleTestDatabase oracle) await oracle.GrantAsync(TestContext.Current.CancellationToken);
        string name = $"published{Guid.NewGuid():N}"[..16];
        string file = Path.Combine(Stack.Folder, name + ".ts");
        await File.WriteAllTextAsync(file, Script, TestContext.Current.CancellationToken);
        await Stack.DefineAsync(name, database, schema, ".*");
        Assert.EndsWith("it can be activated", await CliAsync("script", "check", file), StringComparison.Ordinal);
        Assert.Equal("version 1", await CliAsync("script", "upload", name, file));
        Assert.Equal("version 1, active", await CliAsync("script", "activate", name, "1"));
        string text = Quoted("text"), words = Quoted("words");

        Uri webhook = Stack.Webhook(await Stack.Client.StartAsync(name));
        await Stack.Client.WaitScriptAsync(name, 1, TimeSpan.FromSeconds(60));

        using HttpClient sender = Stack.WebhookClient();
        HlcTimestamp written = new(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000, 0);
        HlcTimestamp resolved = new(written.Wall + 1, 0);
        await Webhook.PostAsync(sender, webhook, Body(written));
        await Webhook.PostAsync(sender, webhook, $$"""{"resolved":"{{resolved}}"}""");
        await Stack.Client.WaitAppliedAsync(name, resolved, TimeSpan.FromSeconds(60));

        Assert.Equal("hello", await QueryAsync(connect, $"select {text} from {Quoted("shouts")}"));
        Assert.Equal("3", await QueryAsync(connect, $"select {words} from {Quoted("notes")} where {Quoted("id")} = 1"));
        Assert.Equal("1", await QueryAsync(connect, $"select count(*) from {Quoted("notes")}"));
        await Stack.Client.DeleteAsync(name);
    }

    private static string Body(HlcTimestamp written)
    {
        string[] rows = [Row(1, "three small words", "plain"), Row(2, "hello", "loud"), Row(3, "nothing", "hidden")];
        return $$"""{"payload":[{{string.Join(',', rows)}}],"length":{{rows.Length}}}""";

        string Row(int id, string text, string state) =>
            $$"""{"after":{"id":{{id}},"text":"{{text}}","state":"{{state}}"},"key":[{{id}}],"topic":"public.inbox","updated":"{{written}}"}""";
    }

    private async Task<string> CliAsync(params string[] arguments)
    {
        await using var cli = new CliProcess(Stack, arguments);
        int code = await cli.EndAsync();
        Assert.True(code == 0, cli.Text);
        return cli.Text.Trim();
    }

    private static async Task<string> QueryAsync(Func<DbConnection> connect, string sql)
    {
        DbConnection connection = connect();
        if (connection.State != System.Data.ConnectionState.Open) await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        string answer = Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) ?? "";
        if (connection is NpgsqlConnection or MySqlConnection) await connection.DisposeAsync();
        return answer;
    }
}
