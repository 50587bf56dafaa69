using System.Data.Common;
using System.Security.Cryptography;
using Failback.Applier.Postgres.Connection;
using Failback.Apply.Dialects;
using Failback.Dialects.Tests.Suites;
using Npgsql;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>The server of FAILBACK_TEST_POSTGRES_URL; a database per test, owned by an ordinary user that everything runs as.</summary>
public sealed class PostgresOrdinaryFixture : ITargetFixture
{
    private const string Secret = "ordinary";
    private readonly PostgresFixture _server = new();

    public ITargetDialect Dialect => _server.Dialect;

    public string Schema(string url) => _server.Schema(url);

    public async Task<string> CreateAsync()
    {
        string url = await _server.CreateAsync();
        string user = "ordinary_" + RandomNumberGenerator.GetHexString(10, lowercase: true);
        string database = new Uri(url).AbsolutePath.Trim('/');
        await using var connection = new NpgsqlConnection(PostgresUrl.Parse(url).ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"CREATE ROLE {user} LOGIN PASSWORD '{Secret}'; ALTER DATABASE {database} OWNER TO {user}; GRANT ALL ON SCHEMA public TO "
                + $"{user}", connection);
        await command.ExecuteNonQueryAsync();
        return new UriBuilder(url) { UserName = user, Password = Secret }.Uri.ToString();
    }

    public Task<DbConnection> ConnectAsync(string url) => _server.ConnectAsync(url);
}
