using Failback.Cli.Api;
using Failback.Cli.Files;
using Xunit;

namespace Failback.Tests.Cli;

public sealed class DefinitionFileTests
{
    [Fact]
    public void Reads_YAML_with_variables_and_keeps_timestamps_as_text()
    {
        Environment.SetEnvironmentVariable("FAILBACK_TEST_OLD_URL", "postgres://u:p@h/d");
        const string yaml =
            """
            name: shop
            target: ${FAILBACK_TEST_OLD_URL}
            tables:
              - source: public.orders
                key: [id]
            changefeed:
              managed: false
              cursor: 1759246920563173000.0000000000
              overrides: { host: sink, port: 30004, resolved: 1s }
            ---
            { "name": "other", "target": "mysql://u:p@h/d", "userscript": null }
            """;
        IReadOnlyList<(string Name, System.Text.Json.Nodes.JsonObject Definition)> all = DefinitionFile.Read(new StringReader(yaml));
        Assert.Equal(["shop", "other"], all.Select(one => one.Name));
        Assert.Equal(
            """{"target":"postgres://u:p@h/d","tables":[{"source":"public.orders","key":["id"]}],"changefeed":{"managed":false,"cursor":"1759246920563173000.0000000000","overrides":{"host":"sink","port":30004,"resolved":"1s"}}}""",
            all[0].Definition.ToJsonString());
    }

    [Theory]
    [InlineData("target: x", "a definition has no name")]
    [InlineData("name: a\ntarget: ${FAILBACK_TEST_NOT_SET}", "FAILBACK_TEST_NOT_SET is not set")]
    [InlineData("name: [", "the file is not YAML")]
    public void Says_what_is_wrong(string yaml, string message) =>
        Assert.Contains(
            message, Assert.Throws<CallFailedException>(() => DefinitionFile.Read(new StringReader(yaml))).Message,
            StringComparison.Ordinal);
}
