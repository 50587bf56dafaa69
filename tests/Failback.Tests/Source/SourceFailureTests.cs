using Failback.Source;
using Xunit;

namespace Failback.Tests.Source;

/// <summary>Refusals of CockroachDB by their texts, as far as a code of its own helps.</summary>
public sealed class SourceFailureTests
{
    [Theory]
    [InlineData("XXUUU", "use of CHANGEFEED requires an enterprise license. see https://…", "source_licence")]
    [InlineData("XXUUU", "use of CHANGEFEED requires an enterprise license. Your licence ended", "source_licence")]
    [InlineData("3D000", "database \"shop\" does not exist", "source_database")]
    [InlineData("XXUUU", "batch timestamp 1 must be after replica GC threshold 2", "cursor_too_old")]
    [InlineData("42501", "user u does not have SELECT privilege on relation jobs", "source_privilege")]
    public void A_refusal_has_the_code_that_leads_on(string state, string text, string code) =>
        Assert.Equal(code, SourceFailure.Known(state, text)!.Code);

    [Fact]
    public void Other_refusals_have_none() => Assert.Null(SourceFailure.Known("42601", "at or near \"x\": syntax error"));
}
