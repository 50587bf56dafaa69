using Failback.Apply.Dialects;
using Failback.Apply.Scripts;
using Failback.Apply.Settings;
using Failback.Apply.Writing;
using Failback.Contracts.Control;
using Failback.Messaging.Reading;
using Microsoft.Extensions.Logging;

namespace Failback.Apply.Groups;

/// <summary>What the parts of one group share.</summary>
/// <param name="Spec">The failback.</param>
/// <param name="TargetUrl">Opened connection URL; a secret.</param>
/// <param name="Dialect">The target's dialect.</param>
/// <param name="Writer">Writes changes in order.</param>
/// <param name="Options">Settings of the process.</param>
/// <param name="Replica">Name of this process.</param>
/// <param name="Time">Clock.</param>
/// <param name="Logger">Log.</param>
internal sealed record GroupContext(
    FailbackSpec Spec,
    string TargetUrl,
    ITargetDialect Dialect,
    WindowWriter Writer,
    ApplierOptions Options,
    string Replica,
    TimeProvider Time,
    ILogger Logger)
{
    /// <summary>Checkpoints of the failback in the target.</summary>
    public ICheckpointStore Checkpoints { get; init; } = Dialect.Checkpoints(Spec.StagingSchema);

    /// <summary>Letters of the failback in the target.</summary>
    public ILetterStore Letters { get; init; } = Dialect.Letters(Spec.StagingSchema);

    /// <summary>Memory of the process.</summary>
    public MemoryBudget Budget { get; init; } = new(Options.MemoryBytes);

    /// <summary>What was known of the target before.</summary>
    public ContinuityGuard Continuity { get; init; } = ContinuityGuard.Alone();

    /// <summary>The groups that this process owns.</summary>
    public OwnedGroups Owned { get; init; } = new();

    /// <summary>When targets answered last.</summary>
    public TargetContacts Contacts { get; init; } = new(Time);

    /// <summary>Counters and timers of the process.</summary>
    public ApplyMetrics Metrics { get; init; } = ApplyMetrics.Unread;

    /// <summary>The userscript.</summary>
    public ScriptRunner Script { get; init; } = new(Spec.Script);

    /// <summary>Messages that one queue may have out; a constant in production, small in tests.</summary>
    public int Prefetch { get; init; } = TableQueueReader.Prefetch;

    /// <summary>
    /// How often the letters are looked at when this group has put none there: others may have, or an operator settled some.
    /// </summary>
    public TimeSpan LookAtLettersEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the catalogue is looked at although nothing asks for it.</summary>
    public TimeSpan LookAtCatalogueEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long rows that run ahead of a resolved timestamp wait for it while catching up, when nothing else can be applied.
    /// </summary>
    public TimeSpan AheadAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often waiting rows are tried again.</summary>
    public TimeSpan RetryWaitingEvery { get; init; } = TimeSpan.FromMilliseconds(500);
}
