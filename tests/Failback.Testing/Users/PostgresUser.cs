using Failback.Testing.Processes;
using Npgsql;

namespace Failback.Testing.Users;

/// <summary>The ordinary user of a PostgreSQL target, created as docs/targets/postgresql.md describes.</summary>
public static class PostgresUser
{
    private const int RepeatedPerSchema = 3;

    private static readonly DocumentedUser Page = new("targets/postgresql.md");

    /// <summary>Returns the statements of the page for a test database.</summary>
    public static IReadOnlyList<string> Statements(string database, string schema, string owner, string user, string password) =>
        Page.Statements(("shop", database), ("app", schema), ("shop_owner", owner), ("failback", user), ("'password'", $"'{password}'"));

    /// <summary>Creates the user of a database whose tables are in schema <c>public</c>; returns its URL.</summary>
    /// <param name="url">URL of the database for the owner of its tables.</param>
    public static async Task<string> CreateAsync(string url)
    {
        NpgsqlConnectionStringBuilder owner = TestServers.Npgsql(url);
        owner.Pooling = false;
        string password = Guid.NewGuid().ToString("N");
        await using var connection = new NpgsqlConnection(owner.ConnectionString);
        await connection.OpenAsync();
        foreach (string statement in Statements(owner.Database!, "public", owner.Username!, Name(owner.Database!), password))
            await RunAsync(connection, statement);
        return UserUrl.Of(url, Name(owner.Database!), password);
    }

    /// <summary>
    /// Runs the statements that the page repeats per schema, for schemas that the user may not use yet. Failback creates its own
    /// schema.
    /// </summary>
    public static async Task GrantSchemasAsync(NpgsqlConnection owner)
    {
        const string New = """
            SELECT quote_ident(n.nspname), quote_ident(current_user) FROM pg_namespace n JOIN pg_roles r ON r.rolname = $1
            WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE '\_failback%' AND NOT has_schema_privilege(r.oid, n.oid, 'USAGE')
            """;
        string user = Name(owner.Database);
        var schemas = new List<(string Schema, string Owner)>();
        await using (var command = new NpgsqlCommand(New, owner) { Parameters = { new() { Value = user } } })
        {
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync()) schemas.Add((row.GetString(0), row.GetString(1)));
        }

        foreach ((string schema, string name) in schemas)
        {
            foreach (string statement in Statements(owner.Database, schema, name, user, "").TakeLast(RepeatedPerSchema))
                await RunAsync(owner, statement);
        }
    }

    /// <summary>Returns the name of the user that belongs to a test database.</summary>
    public static string Name(string database) => database + "_user";

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
