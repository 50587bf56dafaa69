using System.Data.Common;
using Failback.Apply.Tables;
using Failback.Contracts;

namespace Failback.Apply.Dialects;

/// <summary>The catalogue of a target: its tables, and whether they are still as they were read.</summary>
public interface ITargetCatalog
{
    /// <summary>
    /// Returns the tables of the target with everything that decides order, without those of the server and of
    /// <paramref name="stagingSchema"/>.
    /// </summary>
    Task<IReadOnlyList<TargetTable>> ReadAsync(DbConnection connection, string stagingSchema, CancellationToken cancellationToken);

    /// <summary>
    /// Returns a text per table that changes with everything <see cref="ReadAsync"/> makes something of; tables that are not there are left
    /// out. Within a transaction that has written the tables the texts hold to its end, because the server lets nothing change them before.
    /// Empty when the dialect has no such text.
    /// </summary>
    Task<IReadOnlyDictionary<TableName, string>> ReadShapesAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyCollection<TableName> tables, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<TableName, string>>(new Dictionary<TableName, string>());
}
