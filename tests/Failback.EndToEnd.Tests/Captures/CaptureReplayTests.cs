using System.Text.Json.Nodes;
using Failback.Testing.Captures;
using Xunit;

namespace Failback.EndToEnd.Tests.Captures;

/// <summary>Every recorded changefeed over HTTPS through the running processes: the target is what CockroachDB had.</summary>
public sealed class CaptureReplayTests(StackFixture fixture) : IClassFixture<StackFixture>
{
    public static TheoryData<string> Names => [.. Capture.Names.Except(["a_all_types", "f_schema_change", "i_bank"], StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Names))]
    public async Task The_target_ends_as_the_source_did(string capture)
    {
        await using CaptureRun run = await CaptureRun.PrepareAsync(fixture.Stack, capture);
        await run.ReplayAsync();
        await run.VerifyAsync();
    }

    [Fact]
    public async Task Every_type_that_PostgreSQL_has_arrives_exactly_and_the_rest_is_a_dead_letter()
    {
        await using CaptureRun run = await CaptureRun.PrepareAsync(fixture.Stack, "a_all_types");
        await run.ReplayAsync();
        await run.VerifyAsync();
        string? letter = await run.Database.ScalarAsync<string>($"select row_to_json(p)::text from {Testing.Processes.FailbackStack.StagingSchema}.pending_mutation p");
        Assert.Contains("22", letter ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_added_renamed_widened_and_dropped_end_in_the_final_columns()
    {
        await using CaptureRun run = await CaptureRun.PrepareAsync(fixture.Stack, "f_schema_change", new JsonObject { ["onUnknownColumn"] = "ignore" });
        await run.ReplayAsync();
        await run.VerifyAsync();
    }
}
