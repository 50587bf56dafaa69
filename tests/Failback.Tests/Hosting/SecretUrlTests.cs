using Failback.Hosting.Secrets;
using Xunit;

namespace Failback.Tests.Hosting;

public sealed class SecretUrlTests
{
    [Theory]
    [InlineData("postgres://u:geheim@h:5432/d?sslmode=require", "postgres://u:***@h:5432/d?sslmode=require")]
    [InlineData("postgres://u@h/d", "postgres://u@h/d")]
    [InlineData("postgres://h/d", "postgres://h/d")]
    [InlineData("mysql://u:geheim@tcp(h:3306)/d", "mysql://u:***@tcp(h:3306)/d")]
    [InlineData("oracle://C%23%23U:geheim@h:1521/S", "oracle://C%23%23U:***@h:1521/S")]
    [InlineData("postgres://u:geheim@mit@zwei@h/d", "postgres://u:***@h/d")]
    [InlineData("postgres://u:geheim/mit@h/d", "postgres://u:***@h/d")]
    [InlineData("postgres://u:geheim?mit@h/d", "postgres://***@h/d")]
    [InlineData(
        "postgres://u:p@h/d?password=geheim&sslmode=disable&SSLPASSWORD=geheim",
        "postgres://u:***@h/d?password=***&sslmode=disable&SSLPASSWORD=***")]
    [InlineData(
        "postgres://u:p@h/d?sslkeypassword=geheim&passfile=geheim&SSLMode=require",
        "postgres://u:***@h/d?sslkeypassword=***&passfile=***&SSLMode=require")]
    [InlineData("postgres://u@h/d?options=-cpassword%3Dgeheim", "postgres://u@h/d?options=***")]
    [InlineData("postgres://u@h/d?geheim&connect_timeout=5", "postgres://u@h/d?***&connect_timeout=5")]
    [InlineData("toy://u@h/d?apikey=geheim", "toy://u@h/d?apikey=***")]
    [InlineData("user=u password=geheim host=h", "***")]
    [InlineData("geheim", "***")]
    [InlineData("", "")]
    public void Masks_secrets_and_nothing_else(string url, string shown) => Assert.Equal(shown, SecretUrl.Redact(url));

    [Theory]
    [InlineData("client_cert=abc&client_key=geheim&ca_cert=def", "client_cert=abc&client_key=***&ca_cert=def")]
    [InlineData("insecure_tls_skip_verify=true&api_key=geheim", "insecure_tls_skip_verify=true&api_key=***")]
    public void Masks_what_is_not_known_to_be_harmless_in_a_sink_query(string query, string shown) =>
    Assert.Equal(shown, SecretUrl.RedactQuery(query));

    [Theory]
    [InlineData("postgres://u:***@h/d", "postgres://u:geheim@h/d")]
    [InlineData("postgres://u:***@other/d", null)]
    [InlineData("postgres://u:new@other/d", "postgres://u:new@other/d")]
    public void A_masked_URL_stands_for_the_stored_one(string url, string? meant) =>
    Assert.Equal(meant, SecretUrl.Restore(url, "postgres://u:geheim@h/d"));
}
