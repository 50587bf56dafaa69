using Failback.Applier.MySql.Connection;
using Failback.Applier.Oracle.Connection;
using Failback.Applier.Postgres.Connection;
using Failback.Control.Storage;
using Failback.Hosting.Connections;
using Failback.Source;
using Npgsql;
using Xunit;

namespace Failback.Tests.Hosting.Connections;

public sealed class ConnectionFormTests
{
    private static ConnectionForm Form(string server) => server switch
    {
        "source" => ConnectionForms.Source,
        "control" => ConnectionForms.ControlDatabase,
        _ => ConnectionForms.Target(server + "://")!,
    };

    [Theory]
    [InlineData("sslmode=verify-full&sslrootcert=system", SslMode.VerifyFull, "system")]
    [InlineData("SSLMODE=verify-full", SslMode.VerifyFull, null)]
    [InlineData("sslMode=verify-full&SslRootCert=system", SslMode.VerifyFull, "system")]
    [InlineData("ssl%6dode=require", SslMode.Require, null)]
    [InlineData("", SslMode.Prefer, null)]
    public void The_case_of_a_parameter_does_not_matter(string query, SslMode mode, string? root)
    {
        NpgsqlConnectionStringBuilder source = SourceUrl.Parse("postgresql://u:p@h/d?" + query, TimeSpan.FromSeconds(5));
        Assert.Equal((mode, root), (source.SslMode, source.RootCertificate));
        NpgsqlConnectionStringBuilder state = DatabaseUrl.Parse("postgresql://u:p@h/d?" + query);
        Assert.Equal((mode, root), (state.SslMode, state.RootCertificate));
    }

    [Theory]
    [InlineData("source", "sslmod=verify-full&sslrootcert=/ca.crt", "'sslmod' is not known")]
    [InlineData("source", "ssl_mode=verify-full", "'ssl_mode' is not known; known are sslmode, sslrootcert")]
    [InlineData("source", "sslmode=verify-full&sslrootcrt=/ca.crt", "'sslrootcrt' is not known")]
    [InlineData("source", "sslmode=verify_full", "sslmode must be one of")]
    [InlineData("source", "sslmode=Verify-Full", "sslmode must be one of")]
    [InlineData("source", "sslmode=verifyfull", "sslmode must be one of")]
    [InlineData("source", "sslmode=5", "sslmode must be one of")]
    [InlineData("source", "sslmode", "sslmode must be one of")]
    [InlineData("source", "sslmode=disable&SSLMODE=verify-full", "sslmode is given more than once")]
    [InlineData("source", "connect_timeout=soon", "connect_timeout must be a number of seconds")]
    [InlineData("source", "connect_timeout=0", "connect_timeout must be a number of seconds")]
    [InlineData("source", "connect_timeout=5000", "connect_timeout must be a number of seconds")]
    [InlineData("source", "connect_timeout=99999999999", "connect_timeout must be a number of seconds")]
    [InlineData("source", "sslcert=/c.crt", "sslcert and sslkey belong together")]
    [InlineData("source", "sslrootcert=", "sslrootcert must be a path (on control's machine)")]
    [InlineData("source", "sslrootcert=/a%00b", "sslrootcert holds a control character")]
    [InlineData("source", "options=%0a", "options holds a control character")]
    [InlineData("control", "sslmod=verify-full", "'sslmod' is not known")]
    [InlineData("control", "pooling=false", "'pooling' is not known")]
    [InlineData("postgres", "sslrootcert=", "sslrootcert must be a path (on the applier's machine)")]
    [InlineData("postgres", "options=-cx", "'options' is not known")]
    [InlineData("postgres", "ssl-mode=require", "'ssl-mode' is not known")]
    [InlineData("postgres", "connect_timeout=1025", "connect_timeout must be a number of seconds from 1 to 1024")]
    [InlineData("mysql", "sslmode=prefer", "sslmode must be one of disable, require, verify-ca, verify-full")]
    [InlineData("mysql", "tls=true", "'tls' is not known")]
    [InlineData("mysql", "sslkey=/k", "sslcert and sslkey belong together")]
    [InlineData("oracle", "sslmode=require", "sslmode must be one of disable, verify-ca, verify-full")]
    [InlineData("oracle", "wallet=/w", "wallet needs sslmode")]
    [InlineData("oracle", "wallet=/w(x)&sslmode=verify-ca", "wallet names a folder with one of ( ) =")]
    [InlineData("oracle", "sslrootcert=/ca.crt", "'sslrootcert' is not known")]
    [InlineData("postgres", "a%20b=c", "whose name is no plain word")]
    public void A_wrong_parameter_is_named(string server, string query, string problem)
    {
        string scheme = server is "source" or "control" ? "postgresql" : server;
        IReadOnlyList<string> problems = Form(server).Check($"{scheme}://u:geheim@h/d?{query}", out ConnectionUrl? parsed);
        Assert.Null(parsed);
        Assert.Contains(problem, Assert.Single(problems), StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://u%00:p@h/d", "user")]
    [InlineData("postgres://u:p%00@h/d", "password")]
    [InlineData("postgres://u:p@h/d%00", "database")]
    [InlineData("postgres://u:p@h/d/e", "database alone")]
    [InlineData("postgres://u:p@h_h h/d", "host")]
    [InlineData("postgres://u:p@h,i/d", "host")]
    [InlineData("postgres://u:p@h:0/d", "port")]
    [InlineData("postgres://u:p@h:65536/d", "port")]
    [InlineData("postgres://u:p@h/d#e", "%23")]
    [InlineData("mysql://u:p@h/", "database")]
    [InlineData("oracle://u:p@h/", "service name")]
    [InlineData("oracle://u:@h/s", "password")]
    [InlineData("oracle://u:p@h/s)(X=1", "service name")]
    public void A_wrong_part_is_named(string url, string part) =>
        Assert.Contains(part, Assert.Single(ConnectionForms.Target(url)!.Check(url, out _)), StringComparison.Ordinal);

    [Fact]
    public void Half_a_character_is_refused() =>
        Assert.Contains(
            "password", Assert.Single(ConnectionForms.PostgreSql.Check("postgres://u:p\ud800@h/d", out _)), StringComparison.Ordinal);

    [Fact]
    public void A_piece_of_an_unencoded_password_is_not_taken_for_a_parameter() =>
        Assert.All(
            ConnectionForms.PostgreSql.Check("postgres://u:a?geheim=1@h/d", out _),
            problem => Assert.DoesNotContain("geheim", problem, StringComparison.Ordinal));

    [Fact]
    public void Parts_are_decoded_once()
    {
        NpgsqlConnectionStringBuilder postgres = PostgresUrl.Parse(
            "POSTGRES://u%40x:p%2525%3B+@[::1]:5433/d%2fe/?application_name=a%20b&connect_timeout=7");
        Assert.Equal(
            ("::1", 5433, "u@x", "p%25;+", "d/e", "a b", 7),
            (postgres.Host, postgres.Port, postgres.Username, postgres.Password, postgres.Database, postgres.ApplicationName,
                postgres.Timeout));
        Assert.Equal(
            ("db", 3306u, "d"),
            (MySqlUrl.Parse("mysql://u:p@tcp(db)/d").Server, MySqlUrl.Parse("mysql://u:p@tcp(db)/d").Port,
                MySqlUrl.Parse("mysql://u:p@tcp(db)/d").Database));
        Assert.Contains("(HOST=db)(PORT=1521)", (string)OracleUrl.Parse("oracle://u:p@db/s")["Data Source"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_URL_as_text_shows_no_credentials() =>
        Assert.Equal(
            "postgres://h:5432/d", ConnectionForms.PostgreSql.Parse("postgres://u:geheim@h/d?application_name=a", "target").ToString());

    [Theory]
    [InlineData("postgres://a:b@H/d", "postgresql://c@h:5432/d?sslmode=disable", true)]
    [InlineData("mysql://a:b@tcp(h:3306)/d", "mysql://a:b@h/d", true)]
    [InlineData("postgres://a:b@h/d", "postgres://a:b@h:5433/d", false)]
    [InlineData("postgres://a:b@h/d", "postgres://a:b@h/D", false)]
    [InlineData("postgres://a:b@h/d?sslmod=x", "postgres://a:b@h/d", true)]
    [InlineData("toy://h/d", "toy://h/d", true)]
    public void A_place_is_host_port_and_database(string one, string other, bool same) =>
        Assert.Equal(same, ConnectionForms.Place(one) == ConnectionForms.Place(other));
}
