using Npgsql;

namespace Failback.Testing.Users;

/// <summary>The ordinary user of a source, created on CockroachDB as docs/guide/changefeeds.md describes.</summary>
public static class CockroachUser
{
    private const int PerSchema = 3;

    private static readonly DocumentedUser Page = new("guide/changefeeds.md");

    /// <summary>Creates the user of a database and returns its password.</summary>
    /// <param name="administrator">Administrator of CockroachDB or of its stand-in.</param>
    /// <param name="database">Name of the database.</param>
    public static async Task<string> CreateAsync(NpgsqlDataSource administrator, string database)
    {
        string password = Guid.NewGuid().ToString("N");
        foreach (string statement in Statements(database, "public", "t", password).SkipLast(PerSchema))
            await RunAsync(administrator, statement);
        return password;
    }

    /// <summary>Runs the statements that the page repeats per table, for tables that the user may not read yet.</summary>
    public static async Task GrantTablesAsync(NpgsqlDataSource administrator, string database)
    {
        const string New = """
            SELECT quote_ident(n.nspname), quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.rolname = $1
            WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'crdb_internal') AND NOT has_table_privilege(r.oid, c.oid, 'SELECT')
            """;
        var tables = new List<(string Schema, string Table)>();
        await using (NpgsqlCommand command = administrator.CreateCommand(New))
        {
            command.Parameters.AddWithValue(Name(database));
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync()) tables.Add((row.GetString(0), row.GetString(1)));
        }

        foreach ((string schema, string table) in tables)
        {
            foreach (string statement in Statements(database, schema, table, "").TakeLast(PerSchema))
                await RunAsync(administrator, statement);
        }
    }

    /// <summary>Returns the name of the user that belongs to a test database.</summary>
    public static string Name(string database) => database + "_feeder";

    private static IReadOnlyList<string> Statements(string database, string schema, string table, string password) =>
        Page.Statements(
            ("shop", database), ("app", schema), ("orders", table), ("failback", Name(database)), ("'password'", $"'{password}'"));

    private static async Task RunAsync(NpgsqlDataSource administrator, string sql)
    {
        await using NpgsqlCommand command = administrator.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
