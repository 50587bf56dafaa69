using System.Data.Common;
using System.Globalization;
using MySqlConnector;
using Npgsql;

namespace Failback.Testing.Processes;

/// <summary>A fresh database of one product with the few operations that tests of several products need.</summary>
public sealed class SqlTarget : IAsyncDisposable
{
    private readonly Func<DbConnection> _connect;

    private SqlTarget(ITestDatabase database, string schema, Func<DbConnection> connect)
    {
        Database = database;
        Schema = schema;
        _connect = connect;
    }

    public ITestDatabase Database { get; }

    /// <summary>Schema of its tables.</summary>
    public string Schema { get; }

    /// <summary>Creates a database on the server of a URL; default: the test server.</summary>
    public static async Task<SqlTarget> CreatePostgresAsync(string? serverUrl = null)
    {
        TestDatabase database = await TestDatabase.CreateAsync(serverUrl);
        return new SqlTarget(database, "public", () => new NpgsqlConnection(database.ConnectionString));
    }

    /// <summary>
    /// Creates a database on the server named by a variable such as <c>FAILBACK_TEST_MARIADB_URL</c>; returns null when it is not
    /// set.
    /// </summary>
    public static async Task<SqlTarget?> CreateMySqlAsync(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } server) return null;
        MySqlTestDatabase database = await MySqlTestDatabase.CreateAsync(server);
        return new SqlTarget(database, database.Name, () => new MySqlConnection(database.ConnectionString));
    }

    public Task ExecuteAsync(string sql) => ScalarAsync(sql);

    /// <summary>Returns the first value of the first row as text.</summary>
    public async Task<string> ScalarAsync(string sql)
    {
        await using DbConnection connection = _connect();
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>Returns all rows as text: blanks between columns, commas between rows, <c>-</c> for NULL.</summary>
    public async Task<string> QueryAsync(string sql)
    {
        await using DbConnection connection = _connect();
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        List<string> rows = [];
        while (await reader.ReadAsync())
        {
            IEnumerable<string?> columns = Enumerable.Range(0, reader.FieldCount)
                .Select(i => reader.IsDBNull(i) ? "-" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture));
            rows.Add(string.Join(' ', columns));
        }

        return string.Join(", ", rows);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
