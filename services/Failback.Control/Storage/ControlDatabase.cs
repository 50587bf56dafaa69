using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Failback.Control.Storage;

/// <summary>
/// The SQLite file of control: write-ahead log, every commit flushed, schema by version. One process writes it; commands are single transactions,
/// so whatever moment the process dies at, the file holds a state from which the same command can be repeated.
/// </summary>
internal sealed class ControlDatabase
{
    // One entry per schema version; entries are only ever added.
    private static readonly string[] Versions =
    [
        """
        CREATE TABLE failback (
            name TEXT PRIMARY KEY, revision INTEGER NOT NULL, webhook_path TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;
        CREATE TABLE failback_queue (
            failback TEXT NOT NULL REFERENCES failback (name) ON DELETE CASCADE, queue TEXT NOT NULL, PRIMARY KEY (failback, queue)) STRICT;
        CREATE TABLE table_progress (
            failback TEXT NOT NULL REFERENCES failback (name) ON DELETE CASCADE, table_name TEXT NOT NULL, body TEXT NOT NULL,
            PRIMARY KEY (failback, table_name)) STRICT;
        CREATE TABLE revision (last INTEGER NOT NULL) STRICT;
        INSERT INTO revision VALUES (0);
        """,
        "CREATE TABLE changefeed (failback TEXT PRIMARY KEY REFERENCES failback (name) ON DELETE CASCADE, body TEXT NOT NULL) STRICT",
    ];

    private readonly string _connection;

    public ControlDatabase(IOptions<ControlOptions> options)
    {
        string file = Path.GetFullPath(options.Value.Database);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (!File.Exists(file) && !OperatingSystem.IsWindows())
        {
            using FileStream created = new(file, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        }

        _connection = new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, DefaultTimeout = 10 }.ToString();
        Migrate();
    }

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        Execute(connection, "PRAGMA synchronous = FULL");
        return connection;
    }

    /// <summary>Runs a statement; parameters are <c>$1</c>, <c>$2</c> and so on.</summary>
    public static int Execute(SqliteConnection connection, string sql, params object[] parameters)
    {
        using SqliteCommand command = Command(connection, sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>Reads rows; parameters are <c>$1</c>, <c>$2</c> and so on.</summary>
    public static List<T> Query<T>(SqliteConnection connection, Func<SqliteDataReader, T> read, string sql, params object[] parameters)
    {
        using SqliteCommand command = Command(connection, sql, parameters);
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, object[] parameters)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        for (int i = 0; i < parameters.Length; i++) command.Parameters.AddWithValue($"${i + 1}", parameters[i]);
        return command;
    }

    private void Migrate()
    {
        using SqliteConnection connection = Open();
        Execute(connection, "PRAGMA journal_mode = WAL");
        using SqliteTransaction transaction = connection.BeginTransaction();
        Execute(connection, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT");
        long version = Query(connection, row => row.GetInt64(0), "SELECT coalesce(max(version), 0) FROM schema_version")[0];
        if (version > Versions.Length) throw new InvalidOperationException($"the database of control has schema version {version}, this release knows {Versions.Length}: use the newer release");
        for (; version < Versions.Length; version++)
        {
            Execute(connection, Versions[version]);
            Execute(connection, "INSERT INTO schema_version VALUES ($1)", version + 1);
        }

        transaction.Commit();
    }
}
