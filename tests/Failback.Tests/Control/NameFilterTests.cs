using Failback.Control.Definitions;
using Xunit;

namespace Failback.Tests.Control;

public sealed class NameFilterTests
{
    [Theory]
    [InlineData("employees|payments", "employees", true)]
    [InlineData("employees|payments", "PAYMENTS", true)]
    [InlineData("employees|payments", "employees_old", false)]
    [InlineData("employees|payments", "my_payments", false)]
    [InlineData(".*", "anything at all", true)]
    [InlineData("t[[:digit:]]+", "t42", true)]
    [InlineData("t[[:digit:]]+", "tx", false)]
    [InlineData("[^[:alpha:]_]*", "123", true)]
    [InlineData("[]a]+", "]a", true)]
    [InlineData(@"[\d]+", @"\d", true)]
    [InlineData(@"[\d]+", "42", false)]
    [InlineData(@"a\.b", "a.b", true)]
    [InlineData(@"a\.b", "axb", false)]
    [InlineData("a{2,3}", "aaa", true)]
    [InlineData("a{2,3}", "a", false)]
    [InlineData("orders", "orders\n", false)]
    public void Matches_whole_names_as_posix_says(string pattern, string name, bool expected) =>
        Assert.Equal(expected, NameFilter.TryCreate(pattern, out _)!.Matches(name));

    [Theory]
    [InlineData("a(")]
    [InlineData("[a")]
    [InlineData("(?i)a")]
    [InlineData(@"(a)\1")]
    [InlineData("[[:foo:]]")]
    public void Refuses_what_is_not_posix_with_a_reason(string pattern)
    {
        Assert.Null(NameFilter.TryCreate(pattern, out string error));
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(3_000, false)]
    [InlineData(50_000, false)]
    public void A_pattern_of_any_size_is_answered_at_once(int alternatives, bool isUsable)
    {
        string pattern = string.Join('|', Enumerable.Range(0, alternatives).Select(i => $"t{i}"));
        long start = TimeProvider.System.GetTimestamp();
        NameFilter? filter = NameFilter.TryCreate(pattern, out string error);
        Assert.Equal(isUsable, filter?.Matches("T299") == true);
        if (!isUsable) Assert.EndsWith("list the tables in tables instead", error, StringComparison.Ordinal);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 10);
    }

    [Theory]
    [InlineData("1h", 3600)]
    [InlineData("1h0m0s", 3600)]
    [InlineData("250ms", 0.25)]
    [InlineData("1.5s", 1.5)]
    [InlineData("0", 0)]
    [InlineData("500us", 0.0005)]
    public void Reads_durations(string text, double seconds)
    {
        Assert.True(Duration.TryParse(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("-1s")]
    [InlineData("1d")]
    [InlineData("00:01:00")]
    [InlineData("99999999999999999h")]
    public void Refuses_other_durations(string text) => Assert.False(Duration.TryParse(text, out _));
}
