using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Failback.Apply.Dialects;

namespace Failback.Applier.Oracle.Connection;

/// <summary>
/// A connection of the driver with the settings that every session needs: nothing about how values are stored may depend on the server's or
/// the client's language. Savepoints are statements, so that it does not matter which of them the driver offers as methods.
/// </summary>
internal sealed class OracleSession(OracleDriver driver, DbConnection inner, SessionTerms terms) : DbConnection
{
    // https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/ALTER-SESSION.html
    private static readonly string[] Settings =
    [
        "ALTER SESSION SET TIME_ZONE = '+00:00'",
        "ALTER SESSION SET NLS_LANGUAGE = 'AMERICAN' NLS_TERRITORY = 'AMERICA' NLS_NUMERIC_CHARACTERS = '.,' NLS_CALENDAR = 'GREGORIAN' "
            + "NLS_SORT = 'BINARY' NLS_COMP = 'BINARY'",
    ];

    public OracleDriver Driver { get; } = driver;

    /// <summary>The driver's connection.</summary>
    public DbConnection Inner { get; } = inner;

    [AllowNull]
    public override string ConnectionString
    {
        get => Inner.ConnectionString;
        set => Inner.ConnectionString = value;
    }

    public override string Database => Inner.Database;

    public override string DataSource => Inner.DataSource;

    public override string ServerVersion => Inner.ServerVersion;

    public override ConnectionState State => Inner.State;

    public override void Open() => OpenAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        await Inner.OpenAsync(cancellationToken);
        foreach (string setting in Settings) await RunAsync(setting, [], cancellationToken);
    }

    public override void Close() => Inner.Close();

    public override void ChangeDatabase(string databaseName) => Inner.ChangeDatabase(databaseName);

    /// <summary>Runs a statement; answers the rows it changed.</summary>
    public async Task<int> RunAsync(string sql, IReadOnlyList<OracleArgument> arguments, CancellationToken cancellationToken, int rows = 0)
    {
        await using DbCommand command = Command(sql, arguments, rows);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs a query.</summary>
    public async Task<List<T>> ReadAsync<T>(
        string sql, IReadOnlyList<OracleArgument> arguments, Func<OracleRecord, T> read, CancellationToken cancellationToken)
    {
        await using DbCommand command = Command(sql, arguments, 0);
        await using DbDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        var record = new OracleRecord(row);
        var found = new List<T>();
        while (await row.ReadAsync(cancellationToken)) found.Add(read(record));
        return found;
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        new OracleSessionTransaction(this, Inner.BeginTransaction(isolationLevel));

    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(
        IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        new OracleSessionTransaction(this, await Inner.BeginTransactionAsync(isolationLevel, cancellationToken));

    protected override DbCommand CreateDbCommand() => Command("", [], 0);

    protected override void Dispose(bool disposing)
    {
        if (disposing) Inner.Dispose();
        base.Dispose(disposing);
    }

    private DbCommand Command(string sql, IReadOnlyList<OracleArgument> arguments, int rows)
    {
        DbCommand command = Driver.CreateCommand(Inner, sql, rows);
        // 0 is without end to the driver; waits for locks end with the statement, and idle transactions only by the server's own limit.
        command.CommandTimeout = terms.Statement is { } statement
            ? Convert.ToInt32(Math.Ceiling(statement.TotalSeconds), CultureInfo.InvariantCulture)
            : 0;
        foreach (OracleArgument argument in arguments) Driver.Add(command, argument);
        return command;
    }
}
