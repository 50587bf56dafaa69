using Failback.EndToEnd.Tests.Captures;
using Failback.Testing.Captures;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.MySql;

/// <summary>
/// Recorded changefeeds over HTTPS through the running processes into MariaDB and MySQL: the target is what CockroachDB had.
/// </summary>
public sealed class MySqlCaptureTests(MySqlStackFixture fixture) : IClassFixture<MySqlStackFixture>
{
    private static readonly string[] Captures =
    [
        "b_migration_docs_batching", "b_migration_unbatched", "d_500_restart", "d_500_retries", "d_slow_answer", "i_bank", "j_bulk",
        "m_no_primary_key",
    ];

    public static TheoryData<string, string> Runs =>
        new(Captures.SelectMany(c => new[] { ("FAILBACK_TEST_MARIADB_URL", c), ("FAILBACK_TEST_MYSQL_URL", c) }));

    [Theory, MemberData(nameof(Runs))]
    public Task The_target_ends_as_the_source_did(string variable, string capture) => RunAsync(variable, capture);

    [Fact]
    public Task Every_type_that_MariaDB_has_arrives_exactly_and_the_rest_is_dead_letters() =>
    RunAsync("FAILBACK_TEST_MARIADB_URL", "a_all_types");

    [Fact]
    public Task Every_type_that_MySQL_has_arrives_exactly_and_the_rest_is_dead_letters() =>
    RunAsync("FAILBACK_TEST_MYSQL_URL", "a_all_types", MySqlCaptureTargets.AllTypesInMySql);

    private async Task RunAsync(string variable, string capture, CaptureTarget? shape = null)
    {
        string? server = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(
            string.IsNullOrEmpty(server),
            $"{variable} is not set: run ./test.sh, which starts the server where its packages are to be had");
        MySqlTestDatabase database = await MySqlTestDatabase.CreateAsync(server!);
        var target = new MySqlTarget(database.ConnectionString, shape ?? MySqlCaptureTargets.For(capture));
        await using CaptureRun run = await CaptureRun.PrepareAsync(fixture.Stack, capture, database, target);
        await run.ReplayAsync();
        await run.VerifyAsync();
    }
}
