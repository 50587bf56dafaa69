using System.Data.Common;
using Failback.Control.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Control.Storage;

/// <summary>
/// The state of control, in a SQLite file or in PostgreSQL. Each command is a single transaction: at every moment at which a
/// process can die, the database holds a state from which the command can be repeated.
/// </summary>
internal sealed class ControlDatabase : IDisposable
{
    private readonly StateEngine _engine;

    public ControlDatabase(IOptions<ControlOptions> options)
    {
        string place = options.Value.Database;
        _engine = PostgresEngine.IsUrl(place) ? new PostgresEngine(place, options.Value.TakeOverAfter) : new SqliteEngine(place);
        Migrate();
    }

    /// <summary>Locks that every control on this database respects.</summary>
    public IStateLocks Locks => _engine.Locks;

    /// <summary>What this process has changed of failbacks and changefeeds.</summary>
    public StateChanges Changes { get; } = new();

    /// <summary>Next step for the operator when the database does not answer.</summary>
    public string Remedy => _engine.Remedy;

    /// <summary>Runs one statement; parameters are <c>$1</c>, <c>$2</c> and so on.</summary>
    /// <returns>Number of changed rows.</returns>
    public int Execute(string sql, params object[] parameters) => Transact(transaction => transaction.Execute(sql, parameters));

    /// <summary>Reads rows; parameters are <c>$1</c>, <c>$2</c> and so on.</summary>
    public List<T> Query<T>(Func<DbDataReader, T> read, string sql, params object[] parameters)
    {
        using DbConnection connection = _engine.Open();
        return new StateTransaction(_engine, connection, null).Query(read, sql, parameters);
    }

    /// <summary>Runs several statements; all of them take effect or none.</summary>
    public T Transact<T>(Func<StateTransaction, T> work)
    {
        using DbConnection connection = _engine.Open();
        using DbTransaction transaction = connection.BeginTransaction();
        T result = work(new StateTransaction(_engine, connection, transaction));
        transaction.Commit();
        return result;
    }

    /// <summary>True when a statement failed because a unique value exists already.</summary>
    public bool IsDuplicate(DbException failure) => _engine.IsDuplicate(failure);

    public void Dispose() => (_engine as IDisposable)?.Dispose();

    private void Migrate()
    {
        using (DbConnection connection = _engine.Open()) _engine.Prepare(connection);
        Transact(transaction =>
        {
            // Locked before the version is read: two controls that start together would both see the old version.
            _engine.LockSchema(transaction);
            transaction.Execute(_engine.Ddl("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)"));
            long version = transaction.Query(row => row.GetInt64(0), "SELECT coalesce(max(version), 0) FROM schema_version")[0];
            int known = SchemaVersions.All.Length;
            // An older release would write rows that the newer one reads wrongly.
            if (version > known)
                throw new InvalidOperationException(
                    $"the database of control has schema version {version}, this release knows {known}: use the newer release");
            for (; version < known; version++)
            {
                foreach (string statement in SchemaVersions.All[version]) transaction.Execute(_engine.Ddl(statement));
                transaction.Execute("INSERT INTO schema_version VALUES ($1)", version + 1);
            }

            return version;
        });
    }
}
