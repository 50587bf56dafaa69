using System.Data.Common;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Dialects;

/// <summary>A fresh database with one connection as the dialect opens it.</summary>
internal sealed class BulkDatabase : IAsyncDisposable
{
    private readonly IBulkTarget target;
    private readonly ITestDatabase database;

    private BulkDatabase(IBulkTarget target, ITestDatabase database)
    {
        this.target = target;
        this.database = database;
        Connection = target.Dialect.CreateConnection(database.Url, TimeSpan.FromMinutes(1));
    }

    public DbConnection Connection { get; }

    public static async Task<BulkDatabase> CreateAsync(IBulkTarget target, CancellationToken cancellationToken)
    {
        ITestDatabase made = target switch
        {
            PostgresBulk => await TestDatabase.CreateAsync(target.ServerUrl),
            OracleBulk => new OracleBulkDatabase(target.ServerUrl!),
            _ => await MySqlTestDatabase.CreateAsync(target.ServerUrl!),
        };
        var opened = new BulkDatabase(target, made);
        await opened.Connection.OpenAsync(cancellationToken);
        return opened;
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using DbCommand command = Connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        target.Dialect.ClearPool(Connection);
        await database.DisposeAsync();
    }
}
