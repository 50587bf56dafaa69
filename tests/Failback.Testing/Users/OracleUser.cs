using System.Data.Common;

namespace Failback.Testing.Users;

/// <summary>
/// The ordinary user of an Oracle target, created as docs/targets/oracle.md describes. The tables belong to another user.
/// </summary>
public static class OracleUser
{
    private static readonly DocumentedUser Page = new("targets/oracle.md");

    /// <summary>Creates the owner of the tables and the user of the failback; returns the user's URL.</summary>
    /// <param name="administrator">A session of the administrator.</param>
    /// <param name="url">URL of the database.</param>
    /// <param name="owner">Schema of the tables.</param>
    /// <param name="user">Name of the user.</param>
    public static async Task<string> CreateAsync(DbConnection administrator, string url, string owner, string user)
    {
        string password = "P" + Guid.NewGuid().ToString("N")[..20];
        IReadOnlyList<string> statements = Statements(owner, "t", user, password);
        // The page does not create the owner of the tables, who exists at the customer.
        await RunAsync(administrator, statements[0].Replace(user, owner, StringComparison.Ordinal));
        foreach (string statement in statements.SkipLast(1)) await RunAsync(administrator, statement);
        return UserUrl.Of(url, user, password);
    }

    /// <summary>Runs the statement that the page repeats per table, for all current tables of the owner.</summary>
    public static async Task GrantTablesAsync(DbConnection administrator, string owner, string user)
    {
        var tables = new List<string>();
        await using (DbCommand command = administrator.CreateCommand())
        {
            command.CommandText = $"SELECT t.table_name FROM SYS.ALL_TABLES t WHERE t.owner = '{owner}' ORDER BY t.table_name";
            await using DbDataReader row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync()) tables.Add(row.GetString(0));
        }

        foreach (string table in tables) await RunAsync(administrator, Statements(owner, $"\"{table}\"", user, "")[^1]);
    }

    private static IReadOnlyList<string> Statements(string owner, string table, string user, string password) =>
        Page.Statements(("hr", owner), ("employees", table), ("failback", user), ("\"password\"", $"\"{password}\""));

    private static async Task RunAsync(DbConnection connection, string sql)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
