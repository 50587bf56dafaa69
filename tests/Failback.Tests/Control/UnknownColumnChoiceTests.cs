using Failback.Contracts.Control;
using Failback.Control.Definitions;
using Xunit;

namespace Failback.Tests.Control;

public sealed class UnknownColumnChoiceTests
{
    [Theory]
    [InlineData("stop", UnknownColumnPolicy.Stop, null)]
    [InlineData("ignore", UnknownColumnPolicy.Ignore, null)]
    [InlineData("extras:More Columns", UnknownColumnPolicy.Extras, "More Columns")]
    public void Is_one_of_three(string text, UnknownColumnPolicy policy, string? column) =>
        Assert.Equal(
            (null, policy, column),
            (UnknownColumnChoice.Problem(text), UnknownColumnChoice.Policy(text), UnknownColumnChoice.Column(text)));

    [Theory]
    [InlineData("extras")]
    [InlineData("extras:")]
    [InlineData("extras: x")]
    [InlineData("Stop")]
    [InlineData("")]
    public void Is_nothing_else(string text) =>
    Assert.Contains("extras:<column>", UnknownColumnChoice.Problem(text)!, StringComparison.Ordinal);
}
