using System.Data.Common;
using System.Security.Cryptography;
using Failback.Applier.MySql;
using Failback.Applier.MySql.Connection;
using Failback.Apply.Dialects;
using Failback.Dialects.Tests.Suites;
using Failback.Testing.Processes;
using Failback.Testing.Users;
using MySqlConnector;
using Xunit;

namespace Failback.Dialects.Tests.MariaDb;

/// <summary>
/// A MariaDB with certificates, small packets and table names in lower case. Its certificates lie where a URL has to encode the path.
/// </summary>
public sealed class MariaDbServer : IAsyncLifetime, ITargetFixture
{
    /// <summary>An account that proves nothing and to which nothing can be proved by a password.</summary>
    public const string WithoutPassword = "open";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"failback-mariadb-{Guid.NewGuid():N}");
    private PrivateSqlServer? _server;
    private TestCertificates? _certificates;

    public ITargetDialect Dialect { get; } = new MySqlDialect();

    internal TestCertificates Certificates => _certificates!;

    /// <summary>Certificates of another authority.</summary>
    internal TestCertificates Strangers { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("FAILBACK_TEST_MARIADB_URL"))) return;
        _certificates = TestCertificates.Write(Path.Combine(_folder, "certs & more #1"));
        Strangers = TestCertificates.Write(Path.Combine(_folder, "strangers"));
        // The server's configuration knows no way to write that path.
        string served = Directory.CreateDirectory(Path.Combine(_folder, "served")).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(_certificates.Authority)!))
            File.Copy(file, Path.Combine(served, Path.GetFileName(file)));
        _server = await PrivateSqlServer.StartAsync(
            "mariadb", _folder, "max_allowed_packet=1M", "lower_case_table_names=1", $"ssl-ca={served}/ca.crt",
            $"ssl-cert={served}/server.crt", $"ssl-key={served}/server.key");
        await using DbConnection connection = await ConnectAsync(Url("localhost", "mysql"));
        await using DbCommand command = connection.CreateCommand();
        command.CommandText =
            "CREATE USER tls@'127.0.0.1' IDENTIFIED BY 'geheim' REQUIRE X509; GRANT ALL ON *.* TO tls@'127.0.0.1'; CREATE USER "
                + "open@'127.0.0.1'; GRANT ALL ON *.* TO open@'127.0.0.1'";
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The superuser's URL, or another account's.</summary>
    public string Url(string host, string database, string? account = null)
    {
        Assert.SkipWhen(_server is null, "FAILBACK_TEST_MARIADB_URL is not set: run ./test.sh, which starts a MariaDB server");
        return $"mysql://{account ?? _server.Url.UserInfo}@{host}:{_server.Url.Port}/{database}";
    }

    public string Schema(string url) => MySqlUrl.Parse(url).Database;

    public string Staging(string url) => Schema(url) + "_fb";

    public async Task<string> CreateAsync()
    {
        string name = "dialect_" + RandomNumberGenerator.GetHexString(10, lowercase: true);
        await using DbConnection connection = await ConnectAsync(Url("localhost", "mysql"));
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        string url = Url("localhost", name);
        return await MySqlUser.CreateAsync((MySqlConnection)connection, url, name, Staging(url));
    }

    public async Task<DbConnection> ConnectAsync(string url)
    {
        MySqlConnectionStringBuilder settings = MySqlUrl.Parse(UserUrl.Of(url, _server!.Url));
        settings.Pooling = false;
        settings.AllowUserVariables = true; // the @ of an account is none, but the driver looks at it
        var connection = new MySqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
