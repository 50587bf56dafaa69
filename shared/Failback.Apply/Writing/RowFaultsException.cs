namespace Failback.Apply.Writing;

/// <summary>A statement was not sent because rows of its batch cannot be stored; the others can.</summary>
public sealed class RowFaultsException(IReadOnlyList<RowFault> faults) : Exception($"{faults.Count} rows cannot be stored")
{
    /// <summary>In the order of their batch, one per row at most.</summary>
    public IReadOnlyList<RowFault> Faults { get; } = faults;
}
