using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Apply.Inspection;

/// <summary>A trigger of the target fires for rows of the failback as it did for rows of the application.</summary>
public static class TriggerFinding
{
    /// <param name="table">Table of the failback.</param>
    /// <param name="trigger">Its name.</param>
    /// <param name="beforeRow">It runs before each row is written, and may change the row or keep it out.</param>
    /// <param name="fix">Statement that keeps it from firing; null: the product has none.</param>
    /// <param name="chosen">What the operator has said about triggers.</param>
    public static Finding Of(TableName table, string trigger, bool beforeRow, string? fix, TriggerPolicy? chosen) => beforeRow
        ? new Finding(
            PreflightCodes.BeforeTriggers, chosen == TriggerPolicy.Fire ? Severity.Warning : Severity.Error, table.ToString(),
            $"trigger {trigger} runs before each row is written and may change the row or keep it out: the target would differ from the "
                + $"source, and such rows are dead letters. A definition with triggers: fire takes that", fix)
        : new Finding(
            PreflightCodes.Triggers, Severity.Warning, table.ToString(),
            $"trigger {trigger} fires for rows of the failback too: what it did was done at the source already", fix);

    /// <summary>The definition says <c>triggers: replica</c>, and it cannot be had.</summary>
    /// <param name="reason">Why not.</param>
    /// <param name="fix">Statement that helps; null: there is none.</param>
    public static Finding NotSwitched(string reason, string? fix) =>
        new(PreflightCodes.TriggersNotSwitched, Severity.Error, null, $"triggers: replica cannot be had: {reason}", fix);
}
