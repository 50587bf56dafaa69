using System.Data.Common;
using Npgsql;

namespace Failback.Control.Storage;

/// <summary>Keeps the state in a schema of a PostgreSQL database, which several control processes may share.</summary>
internal sealed class PostgresEngine : StateEngine, IDisposable
{
    private const string Schema = "failback_control";

    private readonly NpgsqlDataSource _source;
    private readonly AdvisoryLocks _locks;

    /// <param name="url">URL of the database.</param>
    /// <param name="silence">Silence after which a process loses its locks.</param>
    public PostgresEngine(string url, TimeSpan silence)
    {
        NpgsqlConnectionStringBuilder settings = DatabaseUrl.Parse(url);
        settings.SearchPath = Schema;
        settings.Pooling = true;
        _source = NpgsqlDataSource.Create(settings);
        // Advisory locks belong to a session; a pooled one could be handed to another use.
        settings.Pooling = false;
        _locks = new AdvisoryLocks(settings.ConnectionString, silence);
    }

    public override IStateLocks Locks => _locks;

    public override string Remedy =>
        "see that the PostgreSQL server of Failback__Control__Database answers and its user may log in, then repeat the call";

    /// <summary>Returns true when a setting names a server and not a file.</summary>
    public static bool IsUrl(string database) =>
        database.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase)
        || database.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase);

    public override DbConnection Open() => _source.OpenConnection();

    public override void Prepare(DbConnection connection)
    {
    }

    public override void LockSchema(StateTransaction transaction)
    {
        transaction.Execute("SELECT pg_advisory_xact_lock($1)", AdvisoryLocks.Key("schema"));
        // CREATE SCHEMA IF NOT EXISTS needs the privilege even when the schema exists.
        if (transaction.Query(row => row.GetBoolean(0), "SELECT to_regnamespace($1) IS NULL", Schema)[0])
            transaction.Execute($"CREATE SCHEMA {Schema}");
    }

    public override string Ddl(string statement) =>
        statement.Replace("IDENTITY", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", StringComparison.Ordinal);

    public override void Bind(DbCommand command, int number, object value) => command.Parameters.Add(new NpgsqlParameter { Value = value });

    public override bool IsDuplicate(DbException failure) => failure.SqlState == PostgresErrorCodes.UniqueViolation;

    public void Dispose()
    {
        _locks.Dispose();
        _source.Dispose();
    }
}
