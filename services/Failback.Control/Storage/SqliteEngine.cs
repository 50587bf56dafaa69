using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Failback.Control.Storage;

/// <summary>
/// Keeps the state in a SQLite file with a write-ahead log; every commit is flushed to disk
/// (https://www.sqlite.org/pragma.html#pragma_synchronous). Only one control process uses it.
/// </summary>
internal sealed class SqliteEngine : StateEngine
{
    private const int ConstraintFailed = 19;

    private readonly string _connection;

    public SqliteEngine(string path)
    {
        string file = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (!File.Exists(file) && !OperatingSystem.IsWindows())
        {
            // Created with the owner's permissions before SQLite opens it: SQLite would use the umask, and the file holds sealed
            // secrets.
            using FileStream created = new(
                file, new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite
                });
        }

        _connection = new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, DefaultTimeout = 10 }.ToString();
    }

    public override IStateLocks Locks { get; } = new SoleProcess();

    public override string Remedy => "check disk space and permissions of the file Failback__Control__Database";

    public override DbConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        // A command is answered after its commit, so the commit must survive a power failure.
        Run(connection, "PRAGMA synchronous = FULL");
        return connection;
    }

    public override void Prepare(DbConnection connection) => Run(connection, "PRAGMA journal_mode = WAL");

    // SQLite has one writing transaction at a time.
    public override void LockSchema(StateTransaction transaction)
    {
    }

    public override string Ddl(string statement)
    {
        string words = statement.Replace("IDENTITY", "INTEGER PRIMARY KEY AUTOINCREMENT", StringComparison.Ordinal)
            .Replace("BIGINT", "INTEGER", StringComparison.Ordinal);
        // STRICT makes SQLite check the types of values, as PostgreSQL does (https://www.sqlite.org/stricttables.html).
        return statement.StartsWith("CREATE TABLE", StringComparison.Ordinal) ? words + " STRICT" : words;
    }

    public override void Bind(DbCommand command, int number, object value) =>
        ((SqliteCommand)command).Parameters.AddWithValue($"${number}", value);

    public override bool IsDuplicate(DbException failure) => failure is SqliteException { SqliteErrorCode: ConstraintFailed };

    private static void Run(DbConnection connection, string sql)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class SoleProcess : IStateLocks
    {
        public Task<bool> HoldAsync(string name, CancellationToken cancellationToken) => Task.FromResult(true);

        public void Release(string name)
        {
        }
    }
}
