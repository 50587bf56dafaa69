using System.Data.Common;
using System.Security.Cryptography;
using Failback.Applier.MySql;
using Failback.Applier.MySql.Connection;
using Failback.Apply.Dialects;
using Failback.Dialects.Tests.Suites;
using Failback.Testing.Users;
using MySqlConnector;
using Xunit;

namespace Failback.Dialects.Tests.MySql;

/// <summary>The server that an environment variable names; a user and two databases per test, the tables' and the engine's own.</summary>
public class MySqlFixture(string variable = "FAILBACK_TEST_MYSQL_URL", string server = "MySQL") : ITargetFixture
{
    public ITargetDialect Dialect { get; } = new MySqlDialect();

    public string Schema(string url) => MySqlUrl.Parse(url).Database;

    public string Staging(string url) => Schema(url) + "_fb";

    public async Task<string> CreateAsync()
    {
        string? url = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(
            string.IsNullOrEmpty(url),
            $"{variable} is not set: run ./test.sh, which starts a {server} server where its packages are to be had");
        string name = "dialect_" + RandomNumberGenerator.GetHexString(10, lowercase: true);
        string target = new UriBuilder(url!) { Path = "/" + name }.Uri.ToString();
        MySqlConnectionStringBuilder settings = MySqlUrl.Parse(target);
        settings.Database = "";
        settings.Pooling = false;
        await using var connection = new MySqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        await using var command = new MySqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return await MySqlUser.CreateAsync(connection, target, name, Staging(target));
    }

    public async Task<DbConnection> ConnectAsync(string url)
    {
        MySqlConnectionStringBuilder settings = MySqlUrl.Parse(UserUrl.Of(url, new Uri(Environment.GetEnvironmentVariable(variable)!)));
        settings.Pooling = false;
        var connection = new MySqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
