using Failback.EndToEnd.Tests.MySql;
using Failback.Testing.Processes;
using MySqlConnector;
using Xunit;

namespace Failback.EndToEnd.Tests.Letters;

/// <summary>Letters of a MariaDB target.</summary>
public sealed class MySqlDeadLetterTests(MySqlStackFixture fixture) : DeadLetterTests(fixture), IClassFixture<MySqlStackFixture>
{
    protected override string Widen => "alter table things modify n bigint not null";

    protected override string Contents => "select group_concat(concat(id, ':', n) order by id) from things";

    protected override async Task<ITestDatabase> CreateAsync()
    {
        string? server = Environment.GetEnvironmentVariable("FAILBACK_TEST_MARIADB_URL");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "FAILBACK_TEST_MARIADB_URL is not set: no MariaDB for this test");
        return await MySqlTestDatabase.CreateAsync(server!);
    }

    protected override string Schema(ITestDatabase database) => ((MySqlTestDatabase)database).Name;

    protected override async Task ExecuteAsync(ITestDatabase database, string sql) => await ScalarAsync(database, sql);

    protected override async Task EndSessionsAsync(ITestDatabase database)
    {
        string sessions = await ScalarAsync(
            database, "select group_concat(id) from information_schema.processlist where db = database() and id <> connection_id()");
        // A session may have ended by itself meanwhile.
        foreach (string session in sessions.Split(',', StringSplitOptions.RemoveEmptyEntries))
            await ExecuteAsync(database, $"begin not atomic declare continue handler for 1094 begin end; kill {session}; end");
    }

    protected override async Task<string> ScalarAsync(ITestDatabase database, string sql)
    {
        await using var connection = new MySqlConnection(((MySqlTestDatabase)database).ConnectionString);
        return await FirstAsync(connection, sql);
    }
}
