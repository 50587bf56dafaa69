using Failback.Testing.Users;
using Npgsql;

namespace Failback.Testing.Processes;

/// <summary>A fresh PostgreSQL database that is dropped at the end, with the user of docs/targets/postgresql.md.</summary>
public sealed class TestDatabase : ITestDatabase
{
    private readonly string _serverUrl;
    private string? _user;

    private TestDatabase(string serverUrl, string name)
    {
        _serverUrl = serverUrl;
        Name = name;
    }

    public string Name { get; }

    public string StagingSchema => FailbackStack.StagingSchema;

    /// <summary>URL for a failback's definition, with the ordinary user.</summary>
    public string Url => _user ?? OwnerUrl;

    /// <summary>
    /// URL of the owner of the tables, a superuser: only for tests about superusers and for databases that are not targets.
    /// </summary>
    public string OwnerUrl
    {
        get
        {
            string url = new UriBuilder(_serverUrl) { Path = "/" + Name }.Uri.AbsoluteUri;
            return url.Contains("sslmode=", StringComparison.Ordinal)
                ? url
                : url + (url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "sslmode=disable";
        }
    }

    /// <summary>Connection string of the owner, in Npgsql's form.</summary>
    public string ConnectionString =>
        new NpgsqlConnectionStringBuilder(TestServers.Npgsql(_serverUrl).ConnectionString) { Database = Name }.ConnectionString;

    /// <summary>Creates a database on the server of <paramref name="serverUrl"/>; default: the test server.</summary>
    /// <param name="serverUrl">URL of a superuser.</param>
    /// <param name="prefix">Beginning of its name.</param>
    /// <param name="isTarget">True to create the user of a target; otherwise the owner is the only user.</param>
    public static async Task<TestDatabase> CreateAsync(string? serverUrl = null, string prefix = "fb", bool isTarget = true)
    {
        var database = new TestDatabase(serverUrl ?? TestServers.PostgresUrl, $"{prefix}_{Guid.NewGuid():N}"[..20]);
        await database.OnServerAsync($"create database {database.Name} encoding 'UTF8' template template0");
        if (isTarget) database._user = await PostgresUser.CreateAsync(database.OwnerUrl);
        return database;
    }

    /// <summary>Runs a statement in the database, as the owner of its tables.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using (var command = new NpgsqlCommand(sql, connection)) await command.ExecuteNonQueryAsync();
        if (sql.Contains("create schema", StringComparison.OrdinalIgnoreCase)) await PostgresUser.GrantSchemasAsync(connection);
    }

    /// <summary>Returns the first value of the first row, or the default of <typeparamref name="T"/>.</summary>
    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    /// <summary>Drops a role of the test server that owns no objects any more.</summary>
    public static async Task DropRoleAsync(string role)
    {
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(TestServers.Npgsql(TestServers.PostgresUrl));
        await using NpgsqlCommand command = server.CreateCommand($"drop role if exists {role}");
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // Only this pool: tests that run at the same time keep theirs.
        await using (var connection = new NpgsqlConnection(ConnectionString)) NpgsqlConnection.ClearPool(connection);
        await OnServerAsync($"drop database if exists {Name} with (force)");
        await OnServerAsync($"drop role if exists {PostgresUser.Name(Name)}");
    }

    private async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(TestServers.Npgsql(_serverUrl).ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
