using Failback.Apply.Dialects;
using Failback.Apply.Failures;

namespace Failback.Apply.Writing;

/// <summary>Faults found while a batch is converted: the first one of each row.</summary>
/// <param name="rows">The batch.</param>
public sealed class RowFaults(RowBatch rows)
{
    private readonly SortedDictionary<int, RowFault> _found = [];

    /// <summary>Rows at fault.</summary>
    public int Count => _found.Count;

    /// <summary>Adds a fault of the row at a place of the batch, unless the row has one.</summary>
    public void Add(int row, Failure failure) => _found.TryAdd(row, new RowFault(rows.Changes[row], failure));

    /// <summary>Begins again.</summary>
    public void Clear() => _found.Clear();

    /// <exception cref="RowFaultsException">Some row has a fault.</exception>
    public void ThrowIfAny()
    {
        if (_found.Count > 0) throw new RowFaultsException(rows, [.. _found.Values]);
    }
}
