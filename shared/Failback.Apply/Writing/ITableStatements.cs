using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Tables;

namespace Failback.Apply.Writing;

/// <summary>
/// Bulk statements of one dialect on the tables of the target. Every method runs inside the transaction given and either does all of
/// its batch or throws; <see cref="RowFaultsException"/> is thrown before anything was sent.
/// </summary>
public interface ITableStatements
{
    /// <summary>
    /// Converts the values of a batch that <see cref="UpsertAsync"/> will be given, into <see cref="RowBatch.Prepared"/>. Runs while the connection
    /// works on another batch: it may ask what is known of the connection and send nothing. Rows that do not fit are told by the statement.
    /// </summary>
    void Prepare(DbConnection connection, RowBatch rows)
    {
    }

    /// <summary>Inserts or updates by primary key; columns not in the batch keep their value; no other row is touched.</summary>
    Task UpsertAsync(DbTransaction transaction, RowBatch rows, CancellationToken cancellationToken);

    /// <summary>Deletes by primary key (the batch's columns); rows that are not there are no error.</summary>
    Task DeleteAsync(DbTransaction transaction, RowBatch keys, CancellationToken cancellationToken);

    /// <summary>
    /// Places of the batch's keys whose rows still have children by a foreign key; children in the batch itself may be left out
    /// where the dialect can tell, otherwise their parent is refused until they are gone.
    /// </summary>
    Task<IReadOnlyList<int>> FindReferencedAsync(DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken);

    /// <summary>Sets columns of the rows named by <paramref name="keys"/> to NULL.</summary>
    Task ClearAsync(DbTransaction transaction, RowBatch keys, IReadOnlyList<int> columns, CancellationToken cancellationToken);

    /// <summary>
    /// Frees values of a unique index before they change hands: rows among <paramref name="windowKeys"/> that hold a value which
    /// another row of <paramref name="rows"/> is about to take get NULL or a placeholder in it. They are written or deleted later in
    /// the same transaction.
    /// </summary>
    /// <param name="transaction">Open transaction.</param>
    /// <param name="index">The unique index.</param>
    /// <param name="rows">Rows about to be written; carry the primary key and the index's columns.</param>
    /// <param name="windowKeys">Primary keys of all rows the window writes or deletes.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Rows whose value was freed.</returns>
    Task<int> VacateAsync(DbTransaction transaction, UniqueIndex index, RowBatch rows, RowBatch windowKeys, CancellationToken cancellationToken);

    /// <summary>Postpones the checks of deferrable constraints to <see cref="CheckConstraintsAsync"/>; does nothing where there are none.</summary>
    Task DeferConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Runs the postponed checks now.</summary>
    Task CheckConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Switches foreign-key checks off for this transaction where the privilege exists; false where it does not.</summary>
    Task<bool> TryRelaxAsync(DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Switches foreign-key checks on again after <see cref="TryRelaxAsync"/>.</summary>
    Task RestoreAsync(DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>True when some row of the child has no parent by this foreign key.</summary>
    Task<bool> HasOrphansAsync(DbTransaction transaction, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken);
}
