using Failback.Cli.Api;
using Failback.Cli.Fetch;
using Failback.Cli.Settings;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Cli;

public sealed class ReplicatorFlagsTests
{
    [Fact]
    public void Reads_the_text_as_a_shell_would()
    {
        ReplicatorFlags flags = ReplicatorFlags.Parse(
            "--stagingSchema _replicator_1739996035106984000  --tlsCertificate './my certs/server.crt' --tlsPrivateKey=./server.key "
                + "--immediate -v --parallelism \"32\"");
        Assert.Equal(
            ("_replicator_1739996035106984000", "./my certs/server.crt", "./server.key", "32"),
            (flags["stagingSchema"], flags["tlsCertificate"], flags["tlsPrivateKey"], flags["parallelism"]));
        Assert.True(flags.IsOn("immediate"));
        Assert.Equal(["parallelism"], flags.Mapped.Select(flag => flag.Name));
    }

    [Theory]
    [InlineData("--nonsense 1", "--nonsense is not a flag")]
    [InlineData("--stagingSchema", "--stagingSchema has no value")]
    [InlineData("--targetConn x", "--targetConn is refused: --target names the target")]
    [InlineData("--collapseMutations=false", "--collapseMutations is refused")]
    [InlineData("--slotName s", "a flag of the forward commands")]
    [InlineData("word", "'word' is not a flag")]
    [InlineData("--userscript 'a", "a quote is not closed")]
    public void Refuses_with_a_reason(string text, string reason)
    {
        CallFailedException refusal = Assert.Throws<CallFailedException>(() => ReplicatorFlags.Parse(text));
        Assert.Equal(ExitCodes.Usage, refusal.ExitCode);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_asks_for_what_is_done_anyway_is_taken() =>
    Assert.True(ReplicatorFlags.Parse("--collapseMutations --discard=false").IsOn("collapseMutations"));

    [Fact]
    public void The_table_of_the_documentation_is_that_of_the_program()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "reference", "cli.md"));
        Assert.All(ReplicatorFlagTable.All.Values, flag =>
            Assert.Contains(
                $"| `{(flag.Name.Length > 2 ? "--" : "-")}{flag.Name}` | {flag.Treatment.ToString().ToLowerInvariant()} | {flag.Reason} |",
                lines));
    }
}
