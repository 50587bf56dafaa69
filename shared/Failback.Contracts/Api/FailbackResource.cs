using System.Text.Json.Serialization;
using Failback.Contracts.Words;

namespace Failback.Contracts.Api;

/// <summary>A failback as the API shows it: definition with masked secrets, state and progress.</summary>
public sealed record FailbackResource
{
    public required string Name { get; init; }

    [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public required long Revision { get; init; }

    /// <summary>What the operator has ordered; <c>paused</c> and <c>stopped</c> once all concerned have acknowledged it.</summary>
    public required FailbackState State { get; init; }

    /// <summary>Where the failback is by what was heard of it; absent from a control of an earlier release.</summary>
    public FailbackCondition? Condition { get; init; }

    /// <summary>
    /// What the appliers do: <c>consistent</c>, <c>catchUp</c>, <c>bestEffort</c>, <c>immediate</c>; <c>paused</c>; <c>starting</c> before
    /// the first report; <c>silent</c> when reports ceased; <c>idle</c> when there is nothing to do.
    /// </summary>
    public required string Activity { get; init; }

    public required string Dialect { get; init; }

    public required string WebhookUrl { get; init; }

    public required string WebhookPath { get; init; }

    public required string StagingSchema { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required FailbackDefinition Definition { get; init; }

    /// <summary>Latest resolved timestamp read from every table queue; HLC text, null before the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? ReceivedResolved { get; init; }

    /// <summary>Every row version at or before it is in the target, in all tables; HLC text, null before the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? AppliedResolved { get; init; }

    /// <summary>Now minus <see cref="AppliedResolved"/>, in seconds; null while that is null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double? LagSeconds { get; init; }

    public required RowTotals Totals { get; init; }

    public required SinkStatus Sink { get; init; }

    /// <summary>Absent without a userscript.</summary>
    public ScriptStatus? Script { get; init; }

    /// <summary>Absent unless control manages the changefeed.</summary>
    public FeedResource? Changefeed { get; init; }

    /// <summary>What keeps it from running well, each with the next step.</summary>
    public required IReadOnlyList<Trouble> Errors { get; init; }
}
