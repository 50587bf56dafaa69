using System.Globalization;
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

    [Theory]
    [InlineData("name: a\nx: &x { y: *x }")]
    [InlineData("a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\n"
        + "e: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f]")]
    [InlineData("name: [deep]")]
    public void Aliases_and_depth_without_end_are_refused(string yaml)
    {
        if (yaml.Contains("deep", StringComparison.Ordinal)) yaml = "name: " + new string('[', 100_000);
        Assert.Contains(
            "too large", Assert.Throws<CallFailedException>(() => DefinitionFile.Read(new StringReader(yaml))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no definition")]
    [InlineData("# only a remark", "no definition")]
    [InlineData("---\n---", "no definition")]
    [InlineData("? [a]\n: b", "no text")]
    public void A_file_without_a_definition_is_no_success(string yaml, string message) => Assert.Contains(
        message, Assert.Throws<CallFailedException>(() => DefinitionFile.Read(new StringReader(yaml))).Message, StringComparison.Ordinal);

    [Fact]
    public void Random_files_are_read_or_refused()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("FAILBACK_SEED"), CultureInfo.InvariantCulture, out int given)
            ? given
            : Random.Shared.Next();
        var random = new Random(seed);
        string[] pieces = [
            "name: shop", "\n", " ", "  ", "- ", "a: ", "&x ", "*x", "!!binary ", "!<tag:x> ", "|", ">", "{", "}", "[", "]", ",", ": ",
            "\"",
            "'", "%YAML 1.2", "---", "...", "? ", "${HOME}", "${", "~", "1e999", "\u0000", "\ud800", "#", "\t", "<<: *x", "@", "`"];
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < 3000 && TimeProvider.System.GetElapsedTime(start).TotalSeconds < 5; i++)
        {
            string yaml = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                Assert.NotEmpty(DefinitionFile.Read(new StringReader(yaml)));
            }
            catch (CallFailedException e)
            {
                Assert.Equal(2, e.ExitCode);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"FAILBACK_SEED={seed}: {e.GetType().Name} {e.Message}: {yaml}");
            }
        }
    }
}
