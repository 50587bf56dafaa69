using Xunit;

namespace Failback.EndToEnd.Tests.Stacks;

/// <summary>A typing error on the command line of a script starts, scales and deletes nothing: it is refused with the usage.</summary>
public sealed class RefusedArgumentTests
{
    [Theory]
    [InlineData("./run.sh up --port-base 5", "--port-base")]
    [InlineData("./run.sh upp", "upp")]
    [InlineData("./run.sh demo --fast", "--fast")]
    [InlineData("./run.sh env x", "x")]
    [InlineData("./run.sh ps x", "x")]
    [InlineData("./run.sh scale", "applier-postgres=3")]
    [InlineData("./run.sh scale applier-postgres", "applier-postgres=3")]
    [InlineData("./run.sh scale sink=2 applier-postgres=2", "one argument")]
    [InlineData("./run.sh restart", "name")]
    [InlineData("./run.sh logs a b", "a b")]
    [InlineData("./run.sh down --prune", "--prune")]
    [InlineData("./run.sh down --purge now", "now")]
    [InlineData("./test.sh units", "units")]
    [InlineData("./test.sh e2e Kill Sink", "Kill Sink")]
    [InlineData("./test.sh e2e --filter", "--filter")]
    [InlineData("./bench.sh --slow", "--slow")]
    [InlineData("./bench.sh no-such-benchmark", "no-such-benchmark")]
    [InlineData("tests/soak.sh 5", "'5'")]
    [InlineData("tests/soak.sh --minutes", "--minutes")]
    [InlineData("tests/soak.sh --seed x", "--seed")]
    [InlineData("deploy/native/servers.sh upp", "upp")]
    [InlineData("deploy/native/servers.sh up oracel", "oracel")]
    [InlineData("deploy/native/servers.sh up --purge", "--purge")]
    [InlineData("deploy/native/servers.sh up --port-base few", "--port-base")]
    [InlineData("deploy/native/servers.sh down --fast", "--fast")]
    [InlineData("deploy/native/servers.sh stop --dir", "--dir")]
    public async Task Unknown_arguments_are_refused_with_the_usage(string command, string named)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"failback-refused-{Guid.NewGuid():N}");
        Script run = await Script.RunAsync(command, ("FAILBACK_RUN_FOLDER", folder), ("FAILBACK_NATIVE", "1"));
        Assert.Equal(2, run.ExitCode);
        string[] lines = run.Errors.Split('\n');
        Assert.StartsWith("error: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(named, lines[0], StringComparison.Ordinal);
        Assert.Contains("usage: ", run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
        Assert.False(Directory.Exists(folder));
    }
}
