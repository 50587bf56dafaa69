using Failback.Testing.Processes;
using Npgsql;
using Xunit;

namespace Failback.EndToEnd.Tests.Letters;

/// <summary>Letters of a PostgreSQL target.</summary>
public sealed class PostgresDeadLetterTests(StackFixture fixture) : DeadLetterTests(fixture), IClassFixture<StackFixture>
{
    protected override string Widen => "alter table things alter n type bigint";

    protected override string Contents => "select string_agg(id || ':' || n, ',' order by id) from things";

    protected override async Task<ITestDatabase> CreateAsync() => await TestDatabase.CreateAsync();

    protected override string Schema(ITestDatabase database) => "public";

    protected override Task ExecuteAsync(ITestDatabase database, string sql) => ((TestDatabase)database).ExecuteAsync(sql);

    protected override Task EndSessionsAsync(ITestDatabase database) =>
        ExecuteAsync(
            database,
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");

    protected override async Task<string> ScalarAsync(ITestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(((TestDatabase)database).ConnectionString);
        return await FirstAsync(connection, sql);
    }
}
