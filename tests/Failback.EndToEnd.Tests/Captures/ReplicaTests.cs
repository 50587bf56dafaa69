using Xunit;

namespace Failback.EndToEnd.Tests.Captures;

/// <summary>Three appliers share the failbacks, two sinks share the requests.</summary>
public sealed class ReplicaTests(ReplicatedStackFixture fixture) : IClassFixture<ReplicatedStackFixture>
{
    [Fact]
    public async Task Several_failbacks_at_once_end_as_their_sources_did()
    {
        string[] captures = ["b_migration_docs_batching", "d_500_restart", "d_500_retries", "i_bank", "j_bulk"];
        await Task.WhenAll(captures.Select(async capture =>
        {
            await using CaptureRun run = await CaptureRun.PrepareAsync(fixture.Stack, capture);
            await run.ReplayAsync(restart: true);
            await run.VerifyAsync();
        }));
    }
}
