using System.Text.Json.Nodes;
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
    public Task The_target_ends_as_the_source_did(string capture) => RunAsync(capture, null);

    [Fact]
    public Task A_table_without_primary_key_ends_as_the_source_did() => RunAsync("m_no_primary_key", new JsonObject
    {
        ["tables"] = new JsonArray(new JsonObject
        {
            ["source"] = "nopk",
            ["columns"] = new JsonObject { ["rowid"] = new JsonObject { ["rename"] = "ROW_KEY" } },
        }),
    });

    private async Task RunAsync(string capture, JsonObject? more)
    {
        string? server = Environment.GetEnvironmentVariable("FAILBACK_TEST_ORACLE_URL");
        Assert.SkipWhen(
            string.IsNullOrEmpty(server),
            "FAILBACK_TEST_ORACLE_URL is not set: run ./test.sh, which starts a stand-in for Oracle where there is a JDK");
        var database = await OracleTestDatabase.CreateAsync(new Uri(server!));
        await using CaptureRun run = await CaptureRun.PrepareAsync(
            fixture.Stack, capture, database, new OracleTarget(database, OracleCaptureTargets.For(capture)), more);
        await run.ReplayAsync();
        await run.VerifyAsync();
    }
}
