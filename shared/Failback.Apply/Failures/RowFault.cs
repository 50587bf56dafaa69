namespace Failback.Apply.Failures;

/// <summary>A row that was found unfit before it was sent.</summary>
/// <param name="Index">Place in its batch.</param>
/// <param name="Failure">Why; names the column, never the value.</param>
public readonly record struct RowFault(int Index, Failure Failure);
