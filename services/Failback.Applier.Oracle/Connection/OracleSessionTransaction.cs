using System.Data;
using System.Data.Common;

namespace Failback.Applier.Oracle.Connection;

/// <summary>
/// A transaction whose savepoints are statements. https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SAVEPOINT.html
/// </summary>
internal sealed class OracleSessionTransaction(OracleSession session, DbTransaction inner) : DbTransaction
{
    public override IsolationLevel IsolationLevel => inner.IsolationLevel;

    public override bool SupportsSavepoints => true;

    protected override DbConnection DbConnection => session;

    public override void Commit() => inner.Commit();

    public override Task CommitAsync(CancellationToken cancellationToken = default) => inner.CommitAsync(cancellationToken);

    public override void Rollback() => inner.Rollback();

    public override Task RollbackAsync(CancellationToken cancellationToken = default) => inner.RollbackAsync(cancellationToken);

    public override Task SaveAsync(string savepointName, CancellationToken cancellationToken = default) =>
        session.RunAsync($"SAVEPOINT {savepointName}", [], cancellationToken);

    public override Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default) =>
        session.RunAsync($"ROLLBACK TO SAVEPOINT {savepointName}", [], cancellationToken);

    /// <summary>Oracle's savepoints end with the transaction; one of the same name takes the place of the other.</summary>
    public override Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default) => Task.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
