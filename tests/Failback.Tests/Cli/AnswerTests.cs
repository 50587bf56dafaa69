using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Settings;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Xunit;

namespace Failback.Tests.Cli;

/// <summary>Answers of control are read as resources; what cannot be read is said, and printed as JSON all the same.</summary>
public sealed class AnswerTests
{
    [Fact]
    public void A_report_is_read_with_its_severities()
    {
        var answer = new Answer<PreflightReport>(
            JsonNode.Parse(
                """
                {"ready":false,"errors":1,"warnings":0,"checks":[{"code":"rules","severity":"error","place":"target","message":"m"}],"later":1}
                """)!);
        Check check = Assert.Single(answer.Value.Checks);
        Assert.Equal((Severity.Error, "target", null, null), (check.Severity, check.Place, check.Table, check.Fix));
        Assert.Contains("later", answer.Json.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"ready":true,"errors":0,"warnings":0,"checks":[{"code":"c","severity":"fatal","place":"p","message":"m"}]}""")]
    [InlineData("[]")]
    public void An_answer_of_another_kind_names_the_remedy(string text)
    {
        var answer = new Answer<PreflightReport>(JsonNode.Parse(text)!);
        CallFailedException failed = Assert.Throws<CallFailedException>(() => answer.Value);
        Assert.Equal(("unknown_answer", ExitCodes.Refused), (failed.Code, failed.ExitCode));
        Assert.NotEqual("", failed.Remedy);
        Assert.Equal(text, answer.Json.ToJsonString());
    }

    [Fact]
    public void A_refusal_tells_every_field_when_there_are_several()
    {
        CallFailedException one = new Refusal("invalid", null, "the definition is wrong", "correct it", [new FieldError("a", "x")])
            .ToException("422", ExitCodes.Refused);
        Assert.Equal(("invalid", "the definition is wrong", "correct it"), (one.Code, one.Message, one.Remedy));
        CallFailedException several = Refusal.Of(
            new OperationProblem(422, "invalid", "d", "r", [new FieldError("a", "x"), new FieldError("b", "y")]))
            .ToException("422", ExitCodes.Refused);
        Assert.Equal("a: x; b: y", several.Message);
    }

    [Fact]
    public void A_refusal_without_a_code_has_the_status()
    {
        CallFailedException failed = new Refusal(null, "Bad Gateway", null, null, null).ToException("502", ExitCodes.Refused);
        Assert.Equal(("502", "Bad Gateway", ""), (failed.Code, failed.Message, failed.Remedy));
    }
}
