using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>Asks for the checks of one failback, and runs the fixes where they belong.</summary>
internal sealed class PreflightClient(FailbackStack stack, string name)
{
    public Task DefineAsync(JsonObject definition) => stack.Client.DefineAsync(name, definition);

    public Task DeleteAsync() => stack.Client.DeleteAsync(name);

    public async Task<(IReadOnlyList<Check> Checks, bool Ready)> RunAsync()
    {
        PreflightReport report = (await stack.Client.ActAsync(name, "preflight")).Deserialize<PreflightReport>(ApiJson.Options)!;
        return (report.Checks, report.Ready);
    }

    /// <summary>
    /// Runs a fix exactly as it stands: SQL in the database of its place, <c>rabbitmqctl</c> on the test broker, <c>failback</c> against
    /// the stack.
    /// </summary>
    public async Task MendAsync(Check finding, CockroachSource source, TestDatabase target)
    {
        string fix = finding.Fix ?? throw new InvalidOperationException($"{finding.Code} names no fix");
        if (fix.StartsWith("rabbitmqctl ", StringComparison.Ordinal))
        {
            string folder = Environment.GetEnvironmentVariable("FAILBACK_TEST_SERVERS_DIR")
                ?? throw new InvalidOperationException("FAILBACK_TEST_SERVERS_DIR is not set: run the tests with ./test.sh");
            await PrivateServer.RabbitMqControlAsync(fix["rabbitmqctl ".Length..], folder);
        }
        else if (fix.StartsWith("failback ", StringComparison.Ordinal))
        {
            await using var cli = new CliProcess(stack, fix.Split(' ')[1..]);
            if (await cli.EndAsync() != 0) throw new InvalidOperationException($"{fix}: {cli.Text}");
        }
        else if (finding.Place == "source")
        {
            await source.ExecuteAsync(fix);
        }
        else
        {
            await target.ExecuteAsync(fix);
        }
    }
}
