using System.Data.Common;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Apply.Writing;

namespace Failback.Apply.Dialects;

/// <summary>
/// Bulk statements of one dialect on the tables of the target. Every method runs inside the transaction given and either does all of
/// its batch or throws; <see cref="RowFaultsException"/> is thrown before anything was sent. No statement takes two batches: what it fails
/// by
/// is always a row of the one batch it was given. Where it does not matter which statement fails, parts of several batches go together, so
/// that the round trips of a window do not grow with its tables.
/// </summary>
public interface ITableStatements
{
    /// <summary>
    /// Converts the values of a batch that <see cref="UpsertAsync"/> will be given, into <see cref="RowBatch.Prepared"/>. Runs while the
    /// connection works on another batch: it may ask what is known of the connection and send nothing. Rows that do not fit are told by the
    /// statement.
    /// </summary>
    void Prepare(DbConnection connection, RowBatch rows)
    {
    }

    /// <summary>Inserts or updates by primary key; columns not in the batch keep their value; no other row is touched.</summary>
    /// <returns>
    /// Rows touched. As many as given, or more, when every row was; fewer when the target left rows alone, or when the dialect did so on
    /// purpose: the rows are then looked at.
    /// </returns>
    Task<int> UpsertAsync(DbTransaction transaction, RowBatch rows, CancellationToken cancellationToken);

    /// <summary>Deletes by primary key (the batch's columns); rows that are not there are no error.</summary>
    /// <returns>Rows deleted.</returns>
    Task<int> DeleteAsync(DbTransaction transaction, RowBatch keys, CancellationToken cancellationToken);

    /// <summary>
    /// Looks for the rows of a batch in the target by their key: one sight for each row found there, so that a row which is there twice has
    /// two and a row which is not there has none. Values are compared as the target would store them.
    /// </summary>
    Task<IReadOnlyList<RowSight>> LookAsync(DbTransaction transaction, RowBatch rows, CancellationToken cancellationToken);

    /// <summary>Changes of the batch whose rows have children by a foreign key of another table.</summary>
    Task<IReadOnlyList<RowChange>> FindReferencedAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken);

    /// <summary>The children by a foreign key, with their keys, of the rows named by the batch; the child may be the same table.</summary>
    Task<IReadOnlyList<ChildRow>> FindChildrenAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken);

    /// <summary>Sets columns of the rows named by <paramref name="keys"/> to NULL.</summary>
    Task ClearAsync(DbTransaction transaction, RowBatch keys, IReadOnlyList<int> columns, CancellationToken cancellationToken);

    /// <summary>
    /// Rows of the target, other than the taking row, that hold a value of a unique index which a row of the batch is to have.
    /// </summary>
    /// <param name="transaction">Open transaction.</param>
    /// <param name="index">The unique index.</param>
    /// <param name="rows">Rows about to be written; carry the primary key and the index's columns.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<ValueHolder>> FindHoldersAsync(
        DbTransaction transaction, UniqueIndex index, RowBatch rows, CancellationToken cancellationToken);

    /// <summary>Changes of the batch whose key is one of <paramref name="holders"/>, which <see cref="FindHoldersAsync"/> or
    /// <see cref="FindChildrenAsync"/> found.</summary>
    Task<IReadOnlyList<HeldRow>> MatchAsync(
        DbTransaction transaction, RowBatch keys, IReadOnlyList<KeyText> holders, CancellationToken cancellationToken);

    /// <summary>True when rows can give up their value of a unique index for a moment, for NULL or a value of chance.</summary>
    bool CanFree(TargetTable table, UniqueIndex index);

    /// <summary>
    /// The rows named by <paramref name="keys"/> give up their value of a unique index; they are written or deleted later in the same
    /// transaction.
    /// </summary>
    /// <returns>Rows whose value was freed.</returns>
    Task<int> FreeAsync(DbTransaction transaction, UniqueIndex index, RowBatch keys, CancellationToken cancellationToken);

    /// <summary>
    /// Postpones the checks of deferrable constraints to <see cref="CheckConstraintsAsync"/>; does nothing where there are none.
    /// </summary>
    Task DeferConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Runs the postponed checks now.</summary>
    Task CheckConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>How batches of several tables go together; null: the product has no such thing.</summary>
    IStatementParts? Parts => null;

    /// <summary>How a transaction does without foreign keys; null: the product has no such thing.</summary>
    IForeignKeySwitch? ForeignKeys => null;

    /// <summary>
    /// Returns the row with the key that is the batch's only one, for people: a JSON text per column of the table; null: there is no such
    /// row.
    /// </summary>
    Task<IReadOnlyList<string>?> ReadRowAsync(DbConnection connection, RowBatch key, CancellationToken cancellationToken);

    /// <summary>
    /// Returns the column whose value the server refuses by itself, of a row that it refused without naming one; null: none does, or the
    /// dialect cannot ask. The transaction is as it was before the refusal, and stays so.
    /// </summary>
    Task<string?> FindRefusedColumnAsync(DbTransaction transaction, RowBatch row, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);
}
