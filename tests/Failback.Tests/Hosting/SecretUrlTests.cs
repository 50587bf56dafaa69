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
    [InlineData("postgres://u:p@h/d?password=geheim&sslmode=disable&SSLPASSWORD=geheim", "postgres://u:***@h/d?password=***&sslmode=disable&SSLPASSWORD=***")]
    [InlineData("user=u password=geheim host=h", "***")]
    [InlineData("geheim", "***")]
    [InlineData("", "")]
    public void Masks_secrets_and_nothing_else(string url, string shown) => Assert.Equal(shown, SecretUrl.Redact(url));

    [Fact]
    public void Masks_the_client_key_of_a_sink_query() =>
        Assert.Equal("client_cert=abc&client_key=***&ca_cert=def", SecretUrl.RedactQuery("client_cert=abc&client_key=geheim&ca_cert=def"));
}
