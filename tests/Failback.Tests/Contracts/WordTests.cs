using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Xunit;

namespace Failback.Tests.Contracts;

/// <summary>Words keep their texts on the wire.</summary>
public sealed class WordTests
{
    [Fact]
    public void A_severity_travels_as_a_word_whatever_the_options()
    {
        Assert.Equal(["info", "warning", "error"], Word.All<Severity>());
        Assert.Equal("\"warning\"", JsonSerializer.Serialize(Severity.Warning));
        Assert.Equal(Severity.Error, JsonSerializer.Deserialize<Severity>("\"error\"", JsonSerializerOptions.Web));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Severity>("2"));
    }

    [Fact]
    public void States_and_activities_keep_their_words()
    {
        Assert.Equal(["running", "retrying", "stopped", "paused", "unknown", "silent"], Word.All<TableState>());
        Assert.Equal(
            ["consistent", "catchUp", "bestEffort", "immediate", "paused", "starting", "silent", "idle"], Word.All<FailbackActivity>());
        Assert.Equal(["waiting", "open", "superseded", "applied", "discarded"], Word.All<LetterState>());
        Assert.Equal(
            ["waiting", "superseded", "applied", "discarded", "older", "keyOrderUnknown", "keyChanged"], Word.All<LetterRefusal>());
        Assert.Equal("unrouted", LetterCodes.Unrouted);
        Assert.Contains(
            "\"state\":\"retrying\"",
            JsonSerializer.Serialize(new TableProgress { Table = "t", State = TableState.Retrying }, JsonSerializerOptions.Web),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Error")]
    [InlineData("")]
    [InlineData("2")]
    public void A_text_that_is_no_word_is_refused(string text)
    {
        Assert.False(Word.TryParse(text, out Severity _));
        Assert.Throws<FormatException>(() => Word.Parse<Severity>(text));
    }

    [Fact]
    public void A_value_without_a_word_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Word.Of((Severity)7));

    [Fact]
    public void A_check_is_a_finding_with_its_place_in_the_order_of_the_document()
    {
        var finding = new Finding("rules", Severity.Error, "public.t", "m", "f");
        Assert.Equal(
            """{"code":"rules","severity":"error","table":"public.t","message":"m","fix":"f"}""",
            JsonSerializer.Serialize(finding, JsonSerializerOptions.Web));
        Assert.Equal(
            """{"code":"rules","severity":"error","place":"target","table":"public.t","message":"m","fix":"f"}""",
            JsonSerializer.Serialize(Check.At("target", finding), JsonSerializerOptions.Web));
    }

    [Theory]
    [InlineData(5.0, 0, 0)]
    [InlineData(-5.1, 0, 1)]
    [InlineData(5.9, 1, 0)]
    [InlineData(6.1, 1, 1)]
    public void Clocks_may_differ_by_five_seconds_and_the_resolution(double ahead, int resolution, int findings) => Assert.Equal(
        findings,
        Finding.OfClocks("a", "b's", TimeSpan.FromSeconds(ahead), TimeSpan.FromSeconds(resolution), "c").Count());
}
