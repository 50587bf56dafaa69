using System.Data.Common;
using Failback.Apply.Columns;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts;
using Failback.Contracts.Words;

namespace Failback.Apply.Dialects;

/// <summary>
/// The seam between the engine and one database product: connections, failures, catalogue, bulk statements and the staging schema.
/// An applier service registers exactly one.
/// </summary>
public interface ITargetDialect
{
    /// <summary>As in <c>FailbackSpec.Dialect</c>: <c>postgres</c>, <c>mysql</c>, <c>oracle</c>.</summary>
    string Name { get; }

    /// <summary>Bulk statements on target tables.</summary>
    ITableStatements Statements { get; }

    /// <summary>A closed connection for a target URL, with the pool and the bounds that <see cref="SessionTerms"/> gives its use.</summary>
    /// <param name="url">Connection URL of the definition.</param>
    /// <param name="use">What it is for.</param>
    /// <param name="applyTimeout">Longest wait of this process for one statement or lock.</param>
    /// <exception cref="FormatException">The URL is wrong; the message names the part and never holds the password.</exception>
    DbConnection CreateConnection(string url, ConnectionUse use, TimeSpan applyTimeout);

    /// <summary>Drops pooled connections of the URL, after a failure that may have left them broken.</summary>
    void ClearPool(DbConnection connection);

    /// <summary>What an error of the driver means.</summary>
    Failure Classify(Exception exception);

    /// <summary>
    /// Tables of the target with everything that decides order; system schemas and <paramref name="stagingSchema"/> left out.
    /// </summary>
    Task<IReadOnlyList<TargetTable>> ReadCatalogAsync(DbConnection connection, string stagingSchema, CancellationToken cancellationToken);

    /// <summary>
    /// What of privileges, triggers, settings and the like would keep rows out or change them; for the checks before a start.
    /// </summary>
    Task<IReadOnlyList<Finding>> InspectAsync(DbConnection connection, InspectionScope scope, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>([]);

    /// <summary>The statement that lets a foreign key be checked at the end of a transaction; null: the dialect has none.</summary>
    string? SuggestDeferrable(TargetTable table, ForeignKey key) => null;

    /// <summary>Our own tables in the given schema.</summary>
    IStagingStore Staging(string schema);

    /// <summary>An operator's view of the letters there.</summary>
    ILetterStore Letters(string schema);

    /// <summary>The statement that adds a column the feed has and the table lacks; for people.</summary>
    string SuggestColumn(TargetTable table, string column, FeedKind kind);

    /// <summary>
    /// The statement after which a column takes the value, as far as the column's type tells; null: it takes it, or nobody knows. For
    /// people.
    /// </summary>
    string? SuggestFit(TargetTable table, TargetColumn column, RawValue value) => null;

    /// <summary>
    /// The row with the key that is the batch's only one: a JSON text per column of the table; null: there is no such row.
    /// </summary>
    Task<IReadOnlyList<string>?> ReadRowAsync(DbConnection connection, RowBatch key, CancellationToken cancellationToken);

    /// <summary>
    /// Something per table that changes with whatever <see cref="ReadCatalogAsync"/> would tell otherwise; tables that are not there are
    /// left out. In a
    /// transaction that has written the tables it holds to the end, because the server lets nobody change them before. Empty: the dialect
    /// has no such thing.
    /// </summary>
    Task<IReadOnlyDictionary<TableName, string>> ReadShapesAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<TableName> tables, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<TableName, string>>(new Dictionary<TableName, string>());
}
