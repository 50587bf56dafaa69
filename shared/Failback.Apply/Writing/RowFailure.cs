using Failback.Apply.Failures;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>A change that the target refused while its neighbours went in.</summary>
/// <param name="Table">Place of the table in its group.</param>
/// <param name="Change">The row.</param>
/// <param name="Failure">Why.</param>
public sealed record RowFailure(int Table, RowChange Change, Failure Failure);
