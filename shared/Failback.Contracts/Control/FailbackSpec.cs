namespace Failback.Contracts.Control;

/// <summary>
/// What sink and appliers need of one failback. Control publishes it on every change and answers it on request; a higher
/// <see cref="Revision"/> replaces a lower one.
/// </summary>
public sealed record FailbackSpec
{
    /// <summary>Unique name, lower-case letters, digits and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>Grows with every change of definition or state, over all failbacks of one control.</summary>
    public required long Revision { get; init; }

    /// <summary>What should be going on.</summary>
    public required RunState State { get; init; }

    /// <summary>Path of the webhook, with leading slash, unguessable unless the operator chose it.</summary>
    public required string WebhookPath { get; init; }

    /// <summary>Hashes of the bearer tokens that its webhook takes: the present one, and the one before until it is revoked.</summary>
    public IReadOnlyList<string> WebhookTokenHashes { get; init; } = [];

    /// <summary><c>postgres</c>, <c>mysql</c> or <c>oracle</c>: which applier service takes it.</summary>
    public required string Dialect { get; init; }

    /// <summary>The target's connection URL, encrypted (SecretBox); only appliers open it.</summary>
    public required string SealedTarget { get; init; }

    /// <summary>Schema (PostgreSQL) or database (MySQL) of our own tables in the target.</summary>
    public required string StagingSchema { get; init; }

    /// <summary>Tables, each with its queue.</summary>
    public required IReadOnlyList<TableRoute> Tables { get; init; }

    /// <summary>Queue of rows whose table is unknown, when <see cref="OnUnknownTable"/> says so.</summary>
    public required string UnknownTableQueue { get; init; }

    public ApplyMode Mode { get; init; }

    /// <summary>Age of the oldest message at hand beyond which consistent mode catches up; zero: never by age.</summary>
    public TimeSpan BestEffortWindow { get; init; } = TimeSpan.FromHours(1);

    public UnknownTablePolicy OnUnknownTable { get; init; }

    public UnknownColumnPolicy OnUnknownColumn { get; init; }

    /// <summary>Column of the target that takes the columns it lacks, with <see cref="UnknownColumnPolicy.Extras"/>.</summary>
    public string? ExtrasColumn { get; init; }

    public BadRowPolicy OnBadRow { get; init; }

    public TriggerPolicy Triggers { get; init; }

    /// <summary>The active userscript; null: none.</summary>
    public ScriptSpec? Script { get; init; }
}
