using System.Data.Common;
using Failback.Applier.Oracle.Connection;
using Xunit;

namespace Failback.Dialects.Tests.Oracle;

public sealed class OracleUrlTests
{
    [Fact]
    public void A_common_user_is_percent_encoded()
    {
        DbConnectionStringBuilder settings = OracleUrl.Parse("oracle://C%23%23FB:p%40%3B%22w@db.example:1522/ORCLPDB1?connect_timeout=7");
        Assert.Equal(
            ("C##FB", "p@;\"w", 7),
            ((string)settings["User Id"], (string)settings["Password"],
                Convert.ToInt32(settings["Connection Timeout"], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(
            "(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=db.example)(PORT=1522))(CONNECT_DATA=(SERVICE_NAME=ORCLPDB1)))",
            settings["Data Source"]);
    }

    [Fact]
    public void The_port_is_1521_unless_said_otherwise() =>
    Assert.Contains("(PORT=1521)", (string)OracleUrl.Parse("oracle://u:p@h/s")["Data Source"], StringComparison.Ordinal);

    [Fact]
    public void TLS_takes_the_servers_name_and_a_wallet()
    {
        string folder = Path.GetTempPath().TrimEnd('/');
        string source = (string)OracleUrl.Parse(
            $"oracle://u:p@h:2484/s?sslmode=verify-full&wallet={Uri.EscapeDataString(folder)}")["Data Source"];
        Assert.Contains("(PROTOCOL=tcps)", source, StringComparison.Ordinal);
        Assert.Contains(
            $"(SECURITY=(SSL_SERVER_DN_MATCH=yes)(WALLET_LOCATION=(SOURCE=(METHOD=FILE)(METHOD_DATA=(DIRECTORY={folder})))))", source,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://u:geheim@h/s", "scheme")]
    [InlineData("oracle://:geheim@h/s", "user")]
    [InlineData("oracle://u@h/geheim", "password")]
    [InlineData("oracle://C##U:geheim@h/s", "%23")]
    [InlineData("oracle://u:geheim@h/", "service")]
    [InlineData("oracle://u:geheim@h/s)(X=1", "service")]
    [InlineData("oracle://u:geheim@h/s?sslmode=require", "sslmode")]
    [InlineData("oracle://u:geheim@h/s?sslmode=verify-ca&wallet=%2fnot%2fthere", "wallet")]
    [InlineData("oracle://u:geheim@h/s?wallet=%2ftmp", "wallet")]
    [InlineData("oracle://u:geheim@h/s?connect_timeout=soon", "connect_timeout")]
    [InlineData("oracle://u:geheim@h/s?colour=red", "colour")]
    public void A_wrong_URL_names_the_part_and_never_the_password(string url, string part)
    {
        var error = Assert.Throws<FormatException>(() => OracleUrl.Parse(url));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_driver_is_said_with_the_place_where_it_was_looked_for()
    {
        var error = Assert.Throws<InvalidOperationException>(() => OracleDriver.Load("/nowhere"));
        Assert.Contains("/nowhere/Oracle.ManagedDataAccess.dll", error.Message, StringComparison.Ordinal);
        Assert.Contains("Failback__Oracle__DriverFolder", error.Message, StringComparison.Ordinal);
    }
}
