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
    /// <summary>The triggers of the application do not fire either while foreign keys are off.</summary>
    bool SwitchesTriggers { get; }

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
    /// Rows of the batch that children reference by a key over other columns than the primary key, with the values that are referenced.
    /// Asked before they are written, because afterwards these are not known.
    /// </summary>
    Task<IReadOnlyList<FormerReference>> ReadReferencedAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken);

    /// <summary>Changes whose former values are still referenced and held by no row any more.</summary>
    Task<IReadOnlyList<RowChange>> FindAbandonedAsync(
        DbTransaction transaction, IReadOnlyList<FormerReference> former, TargetTable parent, TargetTable child, ForeignKey foreignKey,
        CancellationToken cancellationToken);
}
