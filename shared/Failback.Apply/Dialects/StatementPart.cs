namespace Failback.Apply.Dialects;

/// <summary>
/// What is asked of the target about one batch: bound to its values, and not sent yet. <see cref="IStatementParts.SendAsync"/> sends the
/// parts of many tables in as few round trips as one needs. A dialect derives its own.
/// </summary>
/// <param name="rows">The batch.</param>
public abstract class StatementPart(RowBatch rows)
{
    /// <summary>The batch.</summary>
    public RowBatch Rows { get; } = rows;
}
