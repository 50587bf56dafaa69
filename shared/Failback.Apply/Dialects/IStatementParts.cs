using System.Data.Common;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Apply.Writing;

namespace Failback.Apply.Dialects;

/// <summary>
/// Statements of <see cref="ITableStatements"/> over batches of several tables, in as few round trips as one of them needs. Null instead of
/// a part: the batch is large, and better sent by itself. <see cref="RowFaultsException"/> is thrown while a part is made, or before any is
/// sent.
/// </summary>
public interface IStatementParts
{
    /// <summary>The part that does what <see cref="ITableStatements.UpsertAsync"/> does.</summary>
    StatementPart<int>? Upsert(DbTransaction transaction, RowBatch rows);

    /// <summary>The part that does what <see cref="ITableStatements.DeleteAsync"/> does.</summary>
    StatementPart<int>? Delete(DbTransaction transaction, RowBatch keys);

    /// <summary>The part that does what <see cref="ITableStatements.LookAsync"/> does.</summary>
    StatementPart<IReadOnlyList<RowSight>>? Look(DbTransaction transaction, RowBatch rows);

    /// <summary>The part that does what <see cref="ITableStatements.FindReferencedAsync"/> does.</summary>
    StatementPart<IReadOnlyList<RowChange>>? FindReferenced(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey);

    /// <summary>The part that does what <see cref="ITableStatements.FindHoldersAsync"/> does.</summary>
    StatementPart<IReadOnlyList<ValueHolder>>? FindHolders(DbTransaction transaction, UniqueIndex index, RowBatch rows);

    /// <summary>Sends parts that were made here; they run in their order.</summary>
    /// <exception cref="RowFaultsException">Rows of one of the batches cannot be stored; no row was written.</exception>
    Task SendAsync(DbTransaction transaction, IReadOnlyList<StatementPart> parts, CancellationToken cancellationToken);
}
