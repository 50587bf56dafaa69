using Failback.Contracts.Words;

namespace Failback.Apply.Inspection;

/// <summary>Somebody else writes the same tables: what one applied, the other overwrites.</summary>
public static class OtherFinding
{
    /// <summary>A failback that this control need not know.</summary>
    /// <param name="failback">Its name.</param>
    /// <param name="table">A table it writes.</param>
    /// <param name="schema">Its staging schema.</param>
    public static Finding Failback(string failback, string table, string schema) => new(
        PreflightCodes.OtherFailback, Severity.Error, table,
        $"failback {failback} with the staging schema {schema} is at work on this table",
        $"failback stop {failback}");

    /// <summary>CockroachDB's Replicator in failback mode.</summary>
    public static Finding Replicator(string schema) => new(
        PreflightCodes.OtherFailback, Severity.Error, null, $"a Replicator with the staging schema {schema} writes into this database",
        "stop that Replicator and cancel its changefeed: CANCEL JOB <its job id>; on CockroachDB");
}
