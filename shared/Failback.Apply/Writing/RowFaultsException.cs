using Failback.Apply.Dialects;

namespace Failback.Apply.Writing;

/// <summary>A statement was not sent because rows of its batch cannot be stored; the others can.</summary>
/// <param name="rows">The batch.</param>
/// <param name="faults">In the order of the batch, one per row at most.</param>
public sealed class RowFaultsException(RowBatch rows, IReadOnlyList<RowFault> faults) : Exception($"{faults.Count} rows cannot be stored")
{
    /// <summary>The batch.</summary>
    public RowBatch Rows { get; } = rows;

    /// <summary>In the order of their batch, one per row at most.</summary>
    public IReadOnlyList<RowFault> Faults { get; } = faults;
}
