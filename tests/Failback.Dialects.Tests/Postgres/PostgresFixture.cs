using System.Data.Common;
using System.Security.Cryptography;
using Failback.Applier.Postgres;
using Failback.Applier.Postgres.Connection;
using Failback.Applier.Postgres.Writing;
using Failback.Apply.Dialects;
using Failback.Dialects.Tests.Suites;
using Failback.Testing.Users;
using Npgsql;
using Xunit;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>The server of FAILBACK_TEST_POSTGRES_URL, whose superuser owns the tables; a database and a user per test.</summary>
public sealed class PostgresFixture : ITargetFixture
{
    private const string Variable = "FAILBACK_TEST_POSTGRES_URL";

    /// <summary>Every upsert is copied, however few rows it has.</summary>
    public static PostgresFixture Copying { get; } = new()
    {
        Dialect = new PostgresDialect { Statements = new PostgresStatements(copyRows: 1) }
    };

    /// <summary>The engine is the superuser itself: what only that may do.</summary>
    public static PostgresFixture Superuser { get; } = new() { AsOwner = true };

    public ITargetDialect Dialect { get; private init; } = new PostgresDialect();

    private bool AsOwner { get; init; }

    public string Schema(string url) => "public";

    /// <summary>URL of the same database for the owner of its tables.</summary>
    public static string OwnerUrl(string url) => UserUrl.Of(url, new Uri(Environment.GetEnvironmentVariable(Variable)!));

    public async Task<string> CreateAsync()
    {
        string owner = await CreateForOwnerAsync();
        return AsOwner ? owner : await PostgresUser.CreateAsync(owner);
    }

    /// <summary>A database without a user of the failback.</summary>
    public static async Task<string> CreateForOwnerAsync()
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
        var connection = new NpgsqlConnection(PostgresUrl.Parse(OwnerUrl(url)).ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
