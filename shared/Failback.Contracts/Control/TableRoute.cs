namespace Failback.Contracts.Control;

/// <summary>One table of a failback: from changefeed topic to queue to target table.</summary>
public sealed record TableRoute
{
    /// <summary>Name at the source, one to three parts; topics are matched by their last parts.</summary>
    public required string Source { get; init; }

    /// <summary>Name in the target's catalogue, <c>schema.table</c>.</summary>
    public required string Target { get; init; }

    /// <summary>Durable ordered queue of the table.</summary>
    public required string Queue { get; init; }

    /// <summary>
    /// Column names of the source's primary key index in index order, hidden ones included; empty: not known, the applier
    /// learns them by comparing keys with rows, starting from the target's primary key.
    /// </summary>
    public IReadOnlyList<string> SourceKey { get; init; } = [];

    /// <summary>
    /// Column names of the target's primary key in index order: where a userscript's row finds its key; empty: not known.
    /// </summary>
    public IReadOnlyList<string> TargetKey { get; init; } = [];

    /// <summary>What the definition says about single columns.</summary>
    public IReadOnlyList<ColumnRule> Columns { get; init; } = [];
}
