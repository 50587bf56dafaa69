using System.Data.Common;
using System.Security.Cryptography;
using Failback.Applier.Postgres;
using Failback.Apply;
using Failback.Dialects.Tests.Suites;
using Npgsql;
using Xunit;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>The server of FAILBACK_TEST_POSTGRES_URL; a database per test.</summary>
public sealed class PostgresFixture : ITargetFixture
{
    private const string Variable = "FAILBACK_TEST_POSTGRES_URL";

    /// <summary>Every upsert is copied, however few rows it has.</summary>
    public static PostgresFixture Copying { get; } = new() { Dialect = new PostgresDialect { Statements = new PostgresStatements(copyRows: 1) } };

    public ITargetDialect Dialect { get; private init; } = new PostgresDialect();

    public string Schema(string url) => "public";

    public async Task<string> CreateAsync()
    {
        string? server = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(server), $"{Variable} is not set: run ./test.sh, which starts a PostgreSQL server");
        string name = "dialect_" + RandomNumberGenerator.GetHexString(10, lowercase: true);
        await using var connection = new NpgsqlConnection(PostgresUrl.Parse(server!).ConnectionString);
        await connection.OpenAsync();
        await using (var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection)) await command.ExecuteNonQueryAsync();
        return new UriBuilder(server!) { Path = "/" + name }.Uri.ToString();
    }

    public async Task<DbConnection> ConnectAsync(string url)
    {
        // Every test has a database of its own: a pool would only keep its sessions.
        var connection = new NpgsqlConnection(PostgresUrl.Parse(url).ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
