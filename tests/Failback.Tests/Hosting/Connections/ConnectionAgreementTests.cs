using CsCheck;
using Failback.Applier.MySql.Connection;
using Failback.Applier.Oracle.Connection;
using Failback.Applier.Postgres.Connection;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Failback.Control.Storage;
using Failback.Source;
using Microsoft.Extensions.Options;
using MySqlConnector;
using Npgsql;
using Xunit;

namespace Failback.Tests.Hosting.Connections;

/// <summary>
/// What a definition may hold is what drivers take, and the other way round: for random parameters. CsCheck prints the seed of a failure.
/// </summary>
public sealed class ConnectionAgreementTests
{
    // Paths that exist, so that the two sides can differ in nothing but what they take for right.
    private static readonly string File = typeof(ConnectionAgreementTests).Assembly.Location;
    private static readonly string[] Names =
    [
        "sslmode", "SSLMODE", "sslmod", "ssl_mode", "sslrootcert", "sslRootCert", "sslcert", "sslkey", "connect_timeout",
        "application_name", "options", "wallet", "password", "Pooling", "",
    ];

    private static readonly string[] Values =
    [
        "disable", "allow", "prefer", "require", "verify-ca", "verify-full", "verify_full", "", " ", "0", "1", "15", "1024", "1025", "-1",
        "99999999999", "%00", "a%0ab", "%ff", "a;b='c'", "+",
        Uri.EscapeDataString(File), Uri.EscapeDataString(Path.GetTempPath()),
    ];

    private static readonly string[] Users = ["u:p", "u%40x:p%23;'\"", "u:", "u", "u%00:p", "u:p%01", "%20:p"];

    private static readonly Gen<(string User, string Query)> Random = Gen.Select(
        Gen.Int[0, Users.Length - 1],
        Gen.Select(
            Gen.Int[0, Names.Length - 1], Gen.Int[0, Values.Length - 1], (name, value) => Names[name] + "=" + Values[value]).Array[0, 3],
        (user, pairs) => (Users[user], string.Join('&', pairs)));

    [Fact]
    public void Of_a_source() =>
    Random.Sample(
        url => Agree($"postgresql://{url.User}@h/d?{url.Query}", "source", text => Open(SourceUrl.Parse(text, TimeSpan.FromSeconds(5)))),
        iter: 5_000);

    [Fact]
    public void Of_PostgreSQL() =>
    Random.Sample(url => Agree($"postgres://{url.User}@h/d?{url.Query}", "target", text => Open(PostgresUrl.Parse(text))), iter: 5_000);

    [Fact]
    public void Of_MySQL() => Random.Sample(
        url => Agree(
            $"mysql://{url.User}@tcp(h:3306)/d?{url.Query}", "target",
            text => new MySqlConnection(MySqlUrl.Parse(text).ConnectionString).Dispose()), iter: 5_000);

    [Fact]
    public void Of_Oracle() => Random.Sample(
        url => Agree($"oracle://{url.User}@h/d?{url.Query}", "target", text => Assert.NotEmpty(OracleUrl.Parse(text).ConnectionString)),
        iter: 5_000);

    [Fact]
    public void Of_the_database_of_control() => Random.Sample(
        url =>
        {
            string text = $"postgresql://{url.User}@h/d?{url.Query}";
            ValidateOptionsResult answer = new DatabaseValidation().Validate(null, new() { Database = text });
            Assert.Equal(answer.Succeeded, Connects(text, database => Open(DatabaseUrl.Parse(database))));
        },
        iter: 5_000);

    private static void Open(NpgsqlConnectionStringBuilder settings)
    {
        settings.Pooling = false;
        new NpgsqlConnection(settings.ConnectionString).Dispose();
    }

    private static void Agree(string url, string field, Action<string> connect) =>
        Assert.Equal(IsTaken(url, field), Connects(url, connect));

    private static bool IsTaken(string url, string field)
    {
        var body = new System.Text.Json.Nodes.JsonObject
        {
            ["target"] = "postgres://u:p@h/d",
            ["changefeed"] = new System.Text.Json.Nodes.JsonObject { ["managed"] = false },
            [field] = url,
        };
        try
        {
            DefinitionReader.Read(System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), null);
            return true;
        }
        catch (ApiException e)
        {
            Assert.Equal((422, field), (e.Status, e.Fields[0].Field));
            return false;
        }
    }

    // A path that is not there is seen on the machine of the file alone.
    private static bool Connects(string url, Action<string> connect)
    {
        try
        {
            connect(url);
            return true;
        }
        catch (Exception e) when (e is FormatException or SourceException)
        {
            return e.Message.Contains("that is not there", StringComparison.Ordinal) || e is SourceException { Code: "source_certificate" };
        }
    }
}
