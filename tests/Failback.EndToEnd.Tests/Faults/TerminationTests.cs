using Failback.EndToEnd.Tests.Captures;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>SIGTERM: each process ends in time with exit code 0, and nothing is lost.</summary>
public sealed class TerminationTests(StackFixture fixture) : IClassFixture<StackFixture>
{
    [Theory]
    [InlineData("sink")]
    [InlineData("applier")]
    [InlineData("control")]
    public async Task A_process_that_is_told_to_end_under_load_ends_cleanly(string name)
    {
        await using CaptureRun run = await CaptureRun.PrepareAsync(fixture.Stack, "d_500_retries");
        ServiceProcess process = name switch
        {
            "sink" => fixture.Stack.Sinks[0],
            "applier" => fixture.Stack.Appliers[0],
            _ => fixture.Stack.Control
        };
        int exitCode = -1;
        Task ready = Task.CompletedTask;
        await run.ReplayAsync(async index =>
        {
            if (index != run.Capture.Requests.Count / 2 || exitCode >= 0) return;
            (exitCode, Outage ended) = await process.TerminatedAsync();
            ready = ended.EndAsync();
        });
        await ready;
        Assert.Equal(0, exitCode);
        await run.VerifyAsync();
    }

    /// <summary>143: the program had not begun to listen to signals, so the system ended it.</summary>
    [Theory]
    [InlineData("sink")]
    [InlineData("applier")]
    [InlineData("control")]
    public async Task A_process_that_is_told_to_end_while_it_starts_ends_cleanly(string name)
    {
        ServiceProcess process = name switch
        {
            "sink" => fixture.Stack.Sinks[0],
            "applier" => fixture.Stack.Appliers[0],
            _ => fixture.Stack.Control
        };
        (_, Outage ended) = await process.TerminatedAsync();
        await using (ended)
        {
            foreach (int milliseconds in new[] { 250, 500, 750 })
            {
                process.Start();
                await Task.Delay(milliseconds);
                int exitCode = await process.TerminateAsync();
                Assert.True(exitCode is 0 or 143, $"exit code {exitCode} after {milliseconds} ms:\n{process.LogTail()}");
            }

            await ended.EndAsync();
        }
    }
}
