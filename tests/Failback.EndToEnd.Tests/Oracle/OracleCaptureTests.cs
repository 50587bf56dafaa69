using Failback.EndToEnd.Tests.Captures;
using Xunit;

namespace Failback.EndToEnd.Tests.Oracle;

/// <summary>
/// Recorded changefeeds over HTTPS through the running processes into the stand-in for Oracle: the target is what CockroachDB had.
/// </summary>
public sealed class OracleCaptureTests(OracleStackFixture fixture) : IClassFixture<OracleStackFixture>
{
    [Theory]
    [InlineData("b_migration_docs_batching")]
    [InlineData("b_migration_unbatched")]
    [InlineData("d_500_restart")]
    [InlineData("i_bank")]
    [InlineData("j_bulk")]
    public async Task The_target_ends_as_the_source_did(string capture)
    {
        string? server = Environment.GetEnvironmentVariable("FAILBACK_TEST_ORACLE_URL");
        Assert.SkipWhen(
            string.IsNullOrEmpty(server),
            "FAILBACK_TEST_ORACLE_URL is not set: run ./test.sh, which starts a stand-in for Oracle where there is a JDK");
        var database = await OracleTestDatabase.CreateAsync(new Uri(server!));
        await using CaptureRun run = await CaptureRun.PrepareAsync(
            fixture.Stack, capture, database, new OracleTarget(database, OracleCaptureTargets.For(capture)));
        await run.ReplayAsync();
        await run.VerifyAsync();
    }
}
