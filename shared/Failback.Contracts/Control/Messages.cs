using Failback.Contracts.Words;

namespace Failback.Contracts.Control;

/// <summary>Event, control to everyone: a failback was defined, changed or removed.</summary>
public sealed record FailbackChanged(FailbackSpec Spec);

/// <summary>Request, service to control: everything defined now. Sent at start and repeated until answered.</summary>
public sealed record GetFailbacks(string Service);

/// <summary>
/// Answer to <see cref="GetFailbacks"/>; failbacks not listed whose revision is not above <paramref name="Revision"/> are gone.
/// </summary>
/// <param name="Failbacks">Everything defined.</param>
/// <param name="Revision">Highest revision control had given when it made the list: later news is not undone by an old list.</param>
public sealed record FailbackList(IReadOnlyList<FailbackSpec> Failbacks, long Revision);

/// <summary>Request, control to the appliers of one dialect: which tables does this target have?</summary>
/// <param name="Dialect"><c>postgres</c>, <c>mysql</c> or <c>oracle</c>.</param>
/// <param name="SealedTarget">Encrypted connection URL.</param>
/// <param name="StagingSchema">Left out of the answer.</param>
public sealed record DescribeTarget(string Dialect, string SealedTarget, string StagingSchema)
{
    /// <summary>Tables (<c>schema.table</c>) to look into as well, for the checks before a start; null: none, only list.</summary>
    public IReadOnlyList<string>? Inspect { get; init; }

    /// <summary>Tables of the source whose counterparts are to come with the statements that mend them.</summary>
    public IReadOnlyList<SourceShape> Sources { get; init; } = [];

    /// <summary>Name of the failback that asks: its own traces are not another's.</summary>
    public string Failback { get; init; } = "";

    /// <summary>Column that is to take columns the target lacks; null: none.</summary>
    public string? ExtrasColumn { get; init; }

    /// <summary>Mode of the failback, on which the number of its sessions depends.</summary>
    public ApplyMode Mode { get; init; }

    /// <summary>Whether triggers of the target are to fire; null: the operator has not said so.</summary>
    public TriggerPolicy? Triggers { get; init; }
}

/// <summary>Answer to <see cref="DescribeTarget"/>: tables, or why not. <see cref="Error"/> never holds a secret.</summary>
public sealed record TargetDescription(IReadOnlyList<TargetTableSummary> Tables, string? Error)
{
    /// <summary>What was found in the tables that were to be looked into.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>
    /// Statements that make the tables of <see cref="DescribeTarget.Sources"/> which the target lacks, by the names they were asked for.
    /// </summary>
    public IReadOnlyList<NamedStatement> CreateTables { get; init; } = [];

    /// <summary>The applier's clock when it answered; null where it does not tell.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }
}

/// <summary>A column of a target table.</summary>
/// <param name="Name">Name.</param>
/// <param name="TypeName">Base type as the dialect spells it.</param>
/// <param name="Nullable">Takes NULL.</param>
/// <param name="Generated">Computed by the target.</param>
public sealed record TargetColumnSummary(string Name, string TypeName, bool Nullable, bool Generated)
{
    /// <summary>The whole type as a column definition has it; empty where it is not told.</summary>
    public string Declaration { get; init; } = "";

    /// <summary>Length, precision or bit count; null: none.</summary>
    public int? Size { get; init; }

    /// <summary>Digits after the point, of a number or of a second; null: no limit of its own.</summary>
    public int? Scale { get; init; }

    /// <summary>Most bytes of a text or binary value; null: no limit of its own.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Cannot be negative.</summary>
    public bool NonNegative { get; init; }

    /// <summary>A row may be inserted without it.</summary>
    public bool HasDefault { get; init; }

    /// <summary>Part of the primary key.</summary>
    public bool IsKey { get; init; }

    /// <summary>Which moments it holds; null: all that the source has, or it holds none.</summary>
    public MomentLimits? Moments { get; init; }

    /// <summary>Statement that gives it a type for all that its source holds; null: not asked for, or there is none.</summary>
    public string? Fit { get; init; }

    /// <summary>Statement that lets it be NULL; null: not asked for, or there is none.</summary>
    public string? DropNotNull { get; init; }
}

/// <summary>A table of the target: name and primary key in index order (empty: none).</summary>
public sealed record TargetTableSummary(string Schema, string Table, IReadOnlyList<string> PrimaryKey)
{
    /// <summary>What its schema is to those of the source.</summary>
    public SchemaNaming Schemas { get; init; }

    /// <summary>What a table of the source is usually called after its migration from here; empty: the same.</summary>
    public string SourceName { get; init; } = "";

    /// <summary>The columns of its primary key as the source spells them; empty: the same.</summary>
    public IReadOnlyList<string> SourceKey { get; init; } = [];

    /// <summary>Statement that gives it the primary key of its source; null: not asked for, or there is none.</summary>
    public string? SetKey { get; init; }

    /// <summary>Foreign keys by which a delete elsewhere deletes or changes its rows; where they were asked for.</summary>
    public IReadOnlyList<TargetCascade> Cascades { get; init; } = [];

    /// <summary>Statements that add the columns that it lacks, by their names at the source.</summary>
    public IReadOnlyList<NamedStatement> AddColumns { get; init; } = [];

    /// <summary>Columns, where they were asked for.</summary>
    public IReadOnlyList<TargetColumnSummary> Columns { get; init; } = [];
}

/// <summary>Event, applier to control, about once a second while it owns a group, and at every change of state.</summary>
public sealed record ApplierProgress
{
    public required string Failback { get; init; }

    /// <summary>
    /// Queue of unknown tables of the failback that this is about: tells it from an earlier one of the same name. Empty: not told.
    /// </summary>
    public string Life { get; init; } = "";

    /// <summary>Replica that owns the reported tables.</summary>
    public required string Replica { get; init; }

    /// <summary>Grows with each change of owner; a report with a lower epoch than one seen is stale.</summary>
    public required long Epoch { get; init; }

    /// <summary>Word of a <see cref="FailbackActivity"/>: what is being done now; empty in a report of a trouble.</summary>
    public required string Activity { get; init; }

    public required IReadOnlyList<TableProgress> Tables { get; init; }
}

/// <summary>Counts of one table since the failback began, in events; kept in the target and therefore exact across crashes.</summary>
public sealed record TableProgress
{
    public required string Table { get; init; }

    /// <summary>Epoch of this table, 0 where it is not known: tables join and leave a group, so that the group's may fall.</summary>
    public long Epoch { get; init; }

    /// <summary>Revision of the definition that the replica works by; 0: it does not say.</summary>
    public long SpecRevision { get; init; }

    /// <summary>Number of the checkpoint's transactions.</summary>
    public long Revision { get; init; }

    /// <summary>Random text that the checkpoint row was made with; empty where the checkpoint is not known.</summary>
    public string Lineage { get; init; } = "";

    /// <summary>Resolved timestamp of the checkpoint, whatever letters hold back; HLC text.</summary>
    public string CheckpointResolved { get; init; } = "";

    public long Received { get; init; }
    public long Applied { get; init; }
    public long Superseded { get; init; }
    public long Filtered { get; init; }
    public long DeadLettered { get; init; }
    public long InFlight { get; init; }

    /// <summary>Dead letters that hold the watermark.</summary>
    public long OpenLetters { get; init; }

    /// <summary>Rows that wait for other rows of the target, and hold the watermark until these come.</summary>
    public long WaitingLetters { get; init; }

    /// <summary>Version of the oldest row set aside; HLC text, empty: none is.</summary>
    public string OldestLetter { get; init; } = "";

    /// <summary>Every version at or before it is in the target; HLC text.</summary>
    public string AppliedResolved { get; init; } = "";

    /// <summary>Latest resolved timestamp read from the queue; HLC text.</summary>
    public string ReceivedResolved { get; init; } = "";

    public TableState State { get; init; }

    /// <summary>Why it is not running, or what is wrong although it is, with the next step; never row data or secrets.</summary>
    public string? Error { get; init; }

    /// <summary>Code of the trouble where it has one of its own, as <c>continuity_broken</c>; null: it follows from the state.</summary>
    public string? Trouble { get; init; }

    /// <summary>Columns of the feed that the target lacks.</summary>
    public IReadOnlyList<string> UnknownColumns { get; init; } = [];

    /// <summary>Columns of the target that the feed does not carry: they keep what they have.</summary>
    public IReadOnlyList<string> AbsentColumns { get; init; } = [];
}

/// <summary>Event, sink to control, about once a second while requests arrive.</summary>
public sealed record SinkProgress
{
    public required string Failback { get; init; }
    public required string Replica { get; init; }

    /// <summary>
    /// Queue of unknown tables of the failback that this is about: tells it from an earlier one of the same name. Empty: not told.
    /// </summary>
    public string Life { get; init; } = "";

    /// <summary>Rows answered 2xx by this process for this failback.</summary>
    public long AcceptedRows { get; init; }

    /// <summary>Requests answered 2xx, refused as malformed (4xx) and turned away (5xx).</summary>
    public long AcceptedRequests { get; init; }
    public long RejectedRequests { get; init; }
    public long UnavailableRequests { get; init; }

    /// <summary>Highest resolved timestamp accepted; HLC text, empty before the first.</summary>
    public string Resolved { get; init; } = "";

    /// <summary>Reason of the latest refusal; never row data or secrets.</summary>
    public string? LastError { get; init; }

    /// <summary>When that was, by the sink's clock.</summary>
    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>Version of the userscript that routes the rows; 0: none.</summary>
    public long ScriptVersion { get; init; }

    /// <summary>Why the userscript stands still, with the next step; null while it does not.</summary>
    public string? ScriptError { get; init; }

    /// <summary>Rows that the userscript dropped and no table of the failback counts.</summary>
    public long DroppedRows { get; init; }

    /// <summary>A timestamp that was refused in the last minute because it lies in the future; null: none.</summary>
    public string? TimestampInFuture { get; init; }
}
