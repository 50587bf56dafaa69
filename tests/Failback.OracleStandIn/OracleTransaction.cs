using System.Data;
using System.Data.Common;

namespace Oracle.ManagedDataAccess.Client;

/// <summary>A transaction; rolled back unless it was committed.</summary>
public sealed class OracleTransaction : DbTransaction
{
    private readonly OracleConnection _connection;
    private bool _ended;

    internal OracleTransaction(OracleConnection connection) => _connection = connection;

    public override IsolationLevel IsolationLevel => IsolationLevel.ReadCommitted;

    protected override DbConnection DbConnection => _connection;

    public override void Commit() => End("COMMIT");

    public override void Rollback() => End("ROLLBACK");

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended && _connection.State == ConnectionState.Open) Rollback();
        base.Dispose(disposing);
    }

    private void End(string how)
    {
        _ended = true;
        _connection.Ask(how);
    }
}
