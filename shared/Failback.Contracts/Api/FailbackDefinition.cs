using Failback.Contracts.Control;

namespace Failback.Contracts.Api;

/// <summary>What an operator writes about a failback; the body of PUT, and, with secrets masked, part of the resource.</summary>
public sealed record FailbackDefinition
{
    /// <summary>Connection URL of CockroachDB; may be absent while the changefeed is created by hand.</summary>
    public string? Source { get; init; }

    /// <summary>Connection URL of the database to keep current.</summary>
    public required string Target { get; init; }

    /// <summary>POSIX regular expression over whole schema names, case-insensitive; absent: every schema.</summary>
    public string? SchemaFilter { get; init; }

    /// <summary>POSIX regular expression over whole table names, case-insensitive; absent: every table.</summary>
    public string? TableFilter { get; init; }

    /// <summary>POSIX regular expression of tables to leave out; empty: none.</summary>
    public string? TableExclusionFilter { get; init; }

    /// <summary>Tables by name, where source and target names differ or filters are not wanted.</summary>
    public IReadOnlyList<TableMapping> Tables { get; init; } = [];

    public ApplyMode Mode { get; init; }

    /// <summary>
    /// Age of the oldest message at hand beyond which consistent mode catches up, like <c>1h</c> or <c>250ms</c>; 0: never.
    /// </summary>
    public string BestEffortWindow { get; init; } = "1h";

    /// <summary>Schema of our own tables in the target; absent: <c>_failback_&lt;unix ns&gt;</c>, fixed at creation.</summary>
    public string? StagingSchema { get; init; }

    public ChangefeedDefinition Changefeed { get; init; } = new();

    /// <summary>TypeScript source.</summary>
    public string? Userscript { get; init; }

    public UnknownTablePolicy OnUnknownTable { get; init; }

    /// <summary>
    /// What happens to columns that the target lacks: <c>stop</c>, <c>ignore</c>, or <c>extras:&lt;column&gt;</c>, a JSON or text column
    /// that takes them.
    /// </summary>
    public string OnUnknownColumn { get; init; } = "stop";

    public BadRowPolicy OnBadRow { get; init; }

    /// <summary>Whether triggers of the target fire; absent: they do, and one that runs before each row is an error of preflight.</summary>
    public TriggerPolicy? Triggers { get; init; }
}
