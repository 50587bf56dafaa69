using MySqlConnector;

namespace Failback.Testing.Users;

/// <summary>The ordinary user of a MySQL or MariaDB target, created as docs/targets/mysql.md describes.</summary>
public static class MySqlUser
{
    private static readonly DocumentedUser Page = new("targets/mysql.md");

    /// <summary>Returns the statements of the page for a test database.</summary>
    public static IReadOnlyList<string> Statements(string database, string staging, string user, string password) => Page.Statements(
        ("shop", $"`{Pattern(database)}`"), (@"\_failback", Pattern(staging)), ("failback", user), ("'password'", $"'{password}'"));

    /// <summary>Creates the user of a database and returns its URL.</summary>
    /// <param name="connection">Connection of an administrator.</param>
    /// <param name="url">URL of the database for the administrator.</param>
    /// <param name="database">Database of the tables.</param>
    /// <param name="staging">Database of Failback's own tables; it need not exist.</param>
    public static async Task<string> CreateAsync(MySqlConnection connection, string url, string database, string staging)
    {
        string password = Guid.NewGuid().ToString("N");
        foreach (string statement in Statements(database, staging, Name(database), password))
        {
            await using var command = new MySqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }

        return UserUrl.Of(url, Name(database), password);
    }

    /// <summary>Returns the name with escaped underscores: in a GRANT an underscore matches any character.</summary>
    public static string Pattern(string name) => name.Replace("_", @"\_", StringComparison.Ordinal);

    /// <summary>Returns the name of the user that belongs to a test database.</summary>
    public static string Name(string database) => database + "_user";
}
