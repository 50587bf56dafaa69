using MySqlConnector;

namespace Failback.Testing.Users;

/// <summary>The ordinary user of a MySQL or MariaDB target, as docs/targets/mysql.md has it made.</summary>
public static class MySqlUser
{
    private static readonly DocumentedUser Page = new("targets/mysql.md");

    /// <summary>What the page says, for a database of a test.</summary>
    public static IReadOnlyList<string> Statements(string database, string staging, string user, string password) => Page.Statements(
        ("shop", $"`{Pattern(database)}`"), (@"\_failback", Pattern(staging)), ("failback", user), ("'password'", $"'{password}'"));

    /// <summary>Makes the user of a database; returns its URL.</summary>
    /// <param name="connection">An administrator's.</param>
    /// <param name="url">URL of the database for the administrator.</param>
    /// <param name="database">Database of the tables.</param>
    /// <param name="staging">Database of Failback's own tables, which need not be there.</param>
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

    /// <summary>In a GRANT the underscore stands for any character.</summary>
    public static string Pattern(string name) => name.Replace("_", @"\_", StringComparison.Ordinal);

    /// <summary>Name of the user that belongs to a database of the tests.</summary>
    public static string Name(string database) => database + "_user";
}
