using Failback.Applier.MySql.Connection;
using MySqlConnector;
using Xunit;

namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlUrlTests
{
    [Theory]
    [InlineData("mysql://u%40x:p%23w@db:3307/shop?sslmode=require")]
    [InlineData("mysql://u%40x:p%23w@tcp(db:3307)/shop?sslmode=require")]
    public void Both_forms_of_the_URL_say_the_same(string url)
    {
        MySqlConnectionStringBuilder settings = MySqlUrl.Parse(url);
        Assert.Equal(
            ("db", 3307u, "u@x", "p#w", "shop"), (settings.Server, settings.Port, settings.UserID, settings.Password, settings.Database));
        Assert.Equal(MySqlSslMode.Required, settings.SslMode);
    }

    [Fact]
    public void The_port_is_3306_unless_said_otherwise() => Assert.Equal(3306u, MySqlUrl.Parse("mysql://u:p@h/d").Port);

    [Fact]
    public void A_certificate_path_is_percent_encoded()
    {
        string file = Path.GetTempFileName();
        MySqlConnectionStringBuilder settings = MySqlUrl.Parse(
            $"mysql://u:p@h/d?sslmode=verify-ca&sslrootcert={Uri.EscapeDataString(file)}");
        Assert.Equal((MySqlSslMode.VerifyCA, file), (settings.SslMode, settings.SslCa));
        File.Delete(file);
    }

    [Theory]
    [InlineData("postgres://u:geheim@h/d", "scheme")]
    [InlineData("mysql://:geheim@h/d", "user")]
    [InlineData("mysql://u:geheim@h/", "database")]
    [InlineData("mysql://u:geheim@h/d?sslmode=prefer", "sslmode")]
    [InlineData("mysql://u:geheim@h/d?sslrootcert=%2fnot%2fthere", "sslrootcert")]
    [InlineData("mysql://u:geheim@h/d?colour=red", "colour")]
    public void A_wrong_URL_names_the_part_and_never_the_password(string url, string part)
    {
        var error = Assert.Throws<FormatException>(() => MySqlUrl.Parse(url));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8.0.36", false, 8, 0)]
    [InlineData("5.7.44-log", false, 5, 7)]
    [InlineData("11.8.3-MariaDB-0+deb13u1", true, 11, 8)]
    [InlineData("5.5.5-10.6.18-MariaDB", true, 10, 6)]
    public void The_server_says_what_it_is(string version, bool mariaDb, int major, int minor)
    {
        MySqlServer server = MySqlServer.Parse(version, 1);
        Assert.Equal((mariaDb, major, minor), (server.IsMariaDb, server.Version.Major, server.Version.Minor));
    }
}
