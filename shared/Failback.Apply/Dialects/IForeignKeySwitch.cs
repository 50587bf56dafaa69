using System.Data.Common;
using Failback.Apply.Tables;
using Failback.Apply.Windows;

namespace Failback.Apply.Dialects;

/// <summary>
/// Foreign keys that a transaction may do without, and the questions by which they are verified afterwards. Each question is about what a
/// batch has touched, not about whole tables: of a table with millions of rows only those named are looked at.
/// </summary>
public interface IForeignKeySwitch
{
    /// <summary>Switches foreign-key checks off for this transaction where the privilege exists; false where it does not.</summary>
    Task<bool> TryRelaxAsync(DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Switches foreign-key checks on again after <see cref="TryRelaxAsync"/>.</summary>
    Task RestoreAsync(DbTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Changes of the batch whose rows reference a parent that is not there; the key is one of the batch's table.</summary>
    Task<IReadOnlyList<RowChange>> FindOrphansAsync(
        DbTransaction transaction, RowBatch keys, ForeignKey foreignKey, CancellationToken cancellationToken);

    /// <summary>
    /// Changes of the batch whose rows are not there although children reference them; the key references the primary key of the batch's
    /// table.
    /// </summary>
    Task<IReadOnlyList<RowChange>> FindAbandonedAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken);

    /// <summary>
    /// True when some row of the child has no parent by this foreign key; for keys that reference other columns than the primary key, whose
    /// former values are not known.
    /// </summary>
    Task<bool> HasOrphansAsync(DbTransaction transaction, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken);
}
