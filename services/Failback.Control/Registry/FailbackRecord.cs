using Failback.Contracts.Control;
using Failback.Control.Definitions;

namespace Failback.Control.Registry;

/// <summary>Everything that control stores of a failback, as JSON; secrets only in sealed form.</summary>
internal sealed record FailbackRecord
{
    public required string Name { get; init; }

    public long Revision { get; init; }

    public RunState State { get; init; }

    public required SealedDefinition Definition { get; init; }

    public required string Dialect { get; init; }

    /// <summary>The target's URL in the sealed form in which it is sent to the appliers.</summary>
    public required string SealedTarget { get; init; }

    /// <summary>Part of every queue name: a failback that is defined again under the same name never reads old queues.</summary>
    public required string Generation { get; init; }

    /// <summary>The unguessable path; kept also while the definition chooses another.</summary>
    public required string GeneratedPath { get; init; }

    /// <summary>Token of its changefeed at the sink; null: none.</summary>
    public WebhookToken? WebhookToken { get; init; }

    public required string StagingSchema { get; init; }

    /// <summary>Tables with their queues, chosen by start.</summary>
    public IReadOnlyList<TableRoute> Tables { get; init; } = [];

    /// <summary>The active version of the userscript, whose text is the definition's; null: none.</summary>
    public ScriptSpec? Script { get; init; }

    /// <summary>Tables named in the configuration of the active userscript.</summary>
    public IReadOnlyList<string> ScriptTargets { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Time of the last change of <see cref="State"/>.</summary>
    public DateTimeOffset StateSince { get; init; }

    /// <summary>Revision that brought the last change of <see cref="State"/>: who works by it or by a later one has heard of it.</summary>
    public long StateRevision { get; init; }

    /// <summary>Follows a path that the definition chooses once the feed was made anew, so that the former feed is not served.</summary>
    public string PathSuffix { get; init; } = "";

    public string WebhookPath => Definition.Shown.Changefeed.WebhookPath is { } chosen
        ? PathSuffix.Length == 0 ? chosen : chosen.TrimEnd('/') + PathSuffix
        : GeneratedPath;

    public bool IsStarted => State is RunState.Running or RunState.Paused;

    public string UnknownTableQueue => QueueName("unknown-tables");

    public string QueueName(string table)
    {
        string name = $"fb.{Name}.{Generation}.{table}";
        // AMQP limits the name of a queue to 255 bytes; a longer one is replaced by a stable hash.
        return System.Text.Encoding.UTF8.GetByteCount(name) <= 250 ? name : $"fb.{Name}.{Generation}.{Contracts.StableHash.Of(table):x16}";
    }

    public FailbackSpec ToSpec() => new()
    {
        Name = Name,
        Revision = Revision,
        State = State,
        WebhookPath = WebhookPath,
        WebhookTokenHashes = WebhookToken?.Hashes ?? [],
        Dialect = Dialect,
        SealedTarget = SealedTarget,
        StagingSchema = StagingSchema,
        Tables = Tables,
        UnknownTableQueue = UnknownTableQueue,
        Mode = Definition.Shown.Mode,
        BestEffortWindow = Duration.TryParse(Definition.Shown.BestEffortWindow, out TimeSpan window) ? window : TimeSpan.Zero,
        OnUnknownTable = Definition.Shown.OnUnknownTable,
        OnUnknownColumn = UnknownColumnChoice.Policy(Definition.Shown.OnUnknownColumn),
        ExtrasColumn = UnknownColumnChoice.Column(Definition.Shown.OnUnknownColumn),
        OnBadRow = Definition.Shown.OnBadRow,
        Triggers = Definition.Shown.Triggers ?? TriggerPolicy.Fire,
        Script = Script,
    };
}
