using Failback.Apply.Failures;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// A row that was found unfit before it was sent. It names the row itself, not a place: a place means nothing where a statement takes its
/// values from elsewhere than the batch that the reader of the fault has in mind. Only <see cref="RowFaults"/> makes it.
/// </summary>
public sealed record RowFault
{
    internal RowFault(RowChange change, Failure failure)
    {
        Change = change;
        Failure = failure;
    }

    /// <summary>The row.</summary>
    public RowChange Change { get; }

    /// <summary>Why; names the column, never the value.</summary>
    public Failure Failure { get; }
}
