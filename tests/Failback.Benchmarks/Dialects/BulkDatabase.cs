using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Testing.Processes;
using Failback.Testing.Users;

namespace Failback.Benchmarks.Dialects;

/// <summary>
/// A fresh database with one connection of its ordinary user, as the dialect opens it, and one of the owner of its tables.
/// </summary>
internal sealed class BulkDatabase : IAsyncDisposable
{
    private readonly IBulkTarget _target;
    private readonly ITestDatabase _database;
    private readonly DbConnection _owner;

    private BulkDatabase(IBulkTarget target, ITestDatabase database)
    {
        _target = target;
        _database = database;
        Connection = target.Dialect.CreateConnection(database.Url, ConnectionUse.Apply, TimeSpan.FromMinutes(1));
        _owner = target.Dialect.CreateConnection(database.OwnerUrl, ConnectionUse.Apply, TimeSpan.FromMinutes(1));
    }

    public DbConnection Connection { get; }

    public static async Task<BulkDatabase> CreateAsync(IBulkTarget target, CancellationToken cancellationToken)
    {
        ITestDatabase made = target switch
        {
            PostgresBulk => await TestDatabase.CreateAsync(target.ServerUrl),
            OracleBulk => await OracleBulkDatabase.CreateAsync(target.Dialect, target.ServerUrl!, cancellationToken),
            _ => await MySqlTestDatabase.CreateAsync(target.ServerUrl!),
        };
        var opened = new BulkDatabase(target, made);
        await opened._owner.OpenAsync(cancellationToken);
        if (target is OracleBulk)
            await opened.ExecuteAsync($"ALTER SESSION SET CURRENT_SCHEMA = {OracleBulkDatabase.Schema}", cancellationToken);
        // The applier does without: it is the statements by hand that take a temporary table. A session notices a GRANT only from its start
        // on.
        if (made is MySqlTestDatabase mine)
        {
            string grant = $"GRANT CREATE TEMPORARY TABLES ON `{MySqlUser.Pattern(mine.Name)}`.* TO {MySqlUser.Name(mine.Name)}";
            await opened.ExecuteAsync(grant, cancellationToken);
        }

        await opened.Connection.OpenAsync(cancellationToken);
        return opened;
    }

    /// <summary>Runs a statement as the owner of the tables.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using (DbCommand command = _owner.CreateCommand())
        {
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        if (_target is OracleBulk && sql.StartsWith("CREATE TABLE", StringComparison.Ordinal)) await OracleBulkDatabase.GrantAsync(_owner);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _owner.DisposeAsync();
        _target.Dialect.ClearPool(Connection);
        _target.Dialect.ClearPool(_owner);
        await _database.DisposeAsync();
    }
}
