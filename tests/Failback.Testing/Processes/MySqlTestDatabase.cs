using Failback.Testing.Users;
using MySqlConnector;

namespace Failback.Testing.Processes;

/// <summary>
/// A fresh MySQL or MariaDB database and a second one for Failback's own tables, with the user of docs/targets/mysql.md.
/// </summary>
public sealed class MySqlTestDatabase : ITestDatabase
{
    private readonly Uri _server;

    private MySqlTestDatabase(Uri server, string name)
    {
        _server = server;
        Name = name;
    }

    public string Name { get; }

    public string StagingSchema => Name + "_fb";

    public string Url { get; private set; } = "";

    public string OwnerUrl => new UriBuilder(_server) { Path = "/" + Name }.Uri.AbsoluteUri;

    /// <summary>Connection string of the administrator, in MySqlConnector's form.</summary>
    public string ConnectionString => Settings(Name);

    /// <summary>Creates a database on the server of <paramref name="serverUrl"/>.</summary>
    public static async Task<MySqlTestDatabase> CreateAsync(string serverUrl)
    {
        var database = new MySqlTestDatabase(new Uri(serverUrl), $"fb_{Guid.NewGuid():N}"[..20]);
        await database.OnServerAsync($"CREATE DATABASE {database.Name} CHARACTER SET utf8mb4");
        await using var administrator = new MySqlConnection(database.ConnectionString);
        await administrator.OpenAsync();
        database.Url = await MySqlUser.CreateAsync(administrator, database.OwnerUrl, database.Name, database.StagingSchema);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        await OnServerAsync($"DROP DATABASE IF EXISTS {Name}");
        await OnServerAsync($"DROP DATABASE IF EXISTS {StagingSchema}");
        await OnServerAsync($"DROP USER IF EXISTS {MySqlUser.Name(Name)}");
    }

    private string Settings(string database)
    {
        string[] user = _server.UserInfo.Split(':', 2);
        return new MySqlConnectionStringBuilder
        {
            Server = _server.Host,
            Port = (uint)_server.Port,
            UserID = Uri.UnescapeDataString(user[0]),
            Password = Uri.UnescapeDataString(user[^1]),
            Database = database,
            Pooling = false,
        }.ConnectionString;
    }

    private async Task OnServerAsync(string sql)
    {
        await using var connection = new MySqlConnection(Settings(""));
        await connection.OpenAsync();
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
