using Failback.Source;
using Xunit;

namespace Failback.Tests.Source;

public sealed class PinnedSettingsTests
{
    [Fact]
    public void A_session_that_keeps_the_settings_is_taken() => PinnedSettings.Require(["UTC", "ISO, MDY", "postgres", "hex", "3"]);

    [Theory]
    [InlineData("America/New_York", "ISO, MDY", "postgres", "hex", "3", "timezone = 'America/New_York'")]
    [InlineData("UTC", "SQL, DMY", "postgres", "hex", "3", "datestyle = 'SQL, DMY'")]
    [InlineData("UTC", "ISO, MDY", "iso_8601", "hex", "3", "intervalstyle = 'iso_8601'")]
    [InlineData("UTC", "ISO, MDY", "postgres", "escape", "3", "bytea_output = 'escape'")]
    [InlineData("UTC", "ISO, MDY", "postgres", "hex", "0", "extra_float_digits = '0'")]
    public void A_session_that_does_not_keep_them_is_refused(
        string zone, string date, string interval, string bytes, string digits, string named)
    {
        SourceException e = Assert.Throws<SourceException>(() => PinnedSettings.Require([zone, date, interval, bytes, digits]));
        Assert.Equal("source_settings", e.Code);
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("webhook-https://h?api_key=geheim&client_cert=a", "webhook-https://h?api_key=***&client_cert=a")]
    [InlineData("at 'https://h?ca_cert=a&client_key=geheim': Bearer geheim", "at 'https://h?ca_cert=a&client_key=***': Bearer ***")]
    [InlineData("password=geheim is wrong", "password=*** is wrong")]
    [InlineData("a = b & c", "a = b & c")]
    public void Texts_of_the_cluster_hold_no_secrets(string text, string shown) => Assert.Equal(shown, SourceText.Clean(text));

    [Fact]
    public void A_stored_URL_with_an_unknown_parameter_is_refused_when_it_is_used()
    {
        const string url = "postgresql://u:geheim@h/d?sslmod=verify-full";
        SourceException e = Assert.Throws<SourceException>(() => SourceUrl.Parse(url, TimeSpan.FromSeconds(1)));
        Assert.Equal("source_url", e.Code);
        Assert.Contains("sslmod", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", e.Message, StringComparison.Ordinal);
    }
}
