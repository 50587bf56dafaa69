using Failback.Apply.Failures;

namespace Failback.Dialects.Tests.Refusals;

/// <summary>A change of the model's window.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Id">Key of the row as JSON.</param>
/// <param name="After">The row; null: a delete.</param>
/// <param name="Flaw">What is wrong with the row whatever else is in the target; null: nothing.</param>
/// <param name="Column">Column at fault; null: none alone.</param>
public sealed record RefusalChange(string Table, string Id, RefusalRow? After, FailureKind? Flaw = null, string? Column = null)
{
    /// <summary>What names the row.</summary>
    public (string Table, string Id) Key => (Table, Id);
}
