using Npgsql;

namespace Failback.Testing.Processes;

/// <summary>A fresh PostgreSQL database that is dropped at the end.</summary>
public sealed class TestDatabase : ITestDatabase
{
    private readonly string _serverUrl;

    private TestDatabase(string serverUrl, string name)
    {
        _serverUrl = serverUrl;
        Name = name;
    }

    public string Name { get; }

    public string StagingSchema => FailbackStack.StagingSchema;

    /// <summary>URL for a failback's definition.</summary>
    public string Url
    {
        get
        {
            string url = new UriBuilder(_serverUrl) { Path = "/" + Name }.Uri.AbsoluteUri;
            return url.Contains("sslmode=", StringComparison.Ordinal) ? url : url + (url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "sslmode=disable";
        }
    }

    /// <summary>Npgsql's form of it.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(TestServers.Npgsql(_serverUrl).ConnectionString) { Database = Name }.ConnectionString;

    /// <summary>Creates a database on the server of <paramref name="serverUrl"/>; default: the test server.</summary>
    public static async Task<TestDatabase> CreateAsync(string? serverUrl = null, string prefix = "fb")
    {
        var database = new TestDatabase(serverUrl ?? TestServers.PostgresUrl, $"{prefix}_{Guid.NewGuid():N}"[..20]);
        await database.OnServerAsync($"create database {database.Name} encoding 'UTF8' template template0");
        return database;
    }

    /// <summary>Runs a statement in the database.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>First value of the first row, or the default of <typeparamref name="T"/>.</summary>
    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    public async ValueTask DisposeAsync()
    {
        // Not all pools: tests beside this one would lose theirs.
        await using (var connection = new NpgsqlConnection(ConnectionString)) NpgsqlConnection.ClearPool(connection);
        await OnServerAsync($"drop database if exists {Name} with (force)");
    }

    private async Task OnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(TestServers.Npgsql(_serverUrl).ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
