using System.Text.Json.Serialization;
using Failback.Contracts.Control;
using Failback.Control.Changefeeds;
using Failback.Control.Definitions;

namespace Failback.Control.Failbacks;

/// <summary>A failback as the API shows it: definition with masked secrets, state and progress.</summary>
internal sealed record FailbackResource
{
    public required string Name { get; init; }

    [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public required long Revision { get; init; }

    /// <summary>What the operator wants.</summary>
    public required RunState State { get; init; }

    /// <summary>What the appliers do: <c>consistent</c>, <c>catchUp</c>, <c>bestEffort</c>, <c>immediate</c>; <c>paused</c>; <c>starting</c> before the first report; <c>silent</c> when reports ceased; <c>idle</c> when there is nothing to do.</summary>
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

/// <summary>Rows over all tables; received = applied + superseded + filtered + deadLettered + inFlight.</summary>
internal sealed record RowTotals(long Received, long Applied, long Superseded, long Filtered, long DeadLettered, long InFlight);

/// <summary>The sinks that reported, added up; resolved is the highest that one of them accepted.</summary>
internal sealed record SinkStatus(
    int Replicas, long AcceptedRows, long AcceptedRequests, long RejectedRequests, long UnavailableRequests, string? Resolved, string? LastError, DateTimeOffset? LastReportAt);

/// <summary>The userscript: the active version, and those that the sinks run at the moment.</summary>
internal sealed record ScriptStatus(long Version, IReadOnlyList<long> RunBySinks);

/// <summary>Something wrong.</summary>
internal sealed record Trouble(string Code, string? Table, string Message);

/// <summary>One table of a failback.</summary>
internal sealed record TableResource
{
    public required string Table { get; init; }

    public required string Source { get; init; }

    public required string Target { get; init; }

    public required string Queue { get; init; }

    public required long Received { get; init; }

    public required long Applied { get; init; }

    public required long Superseded { get; init; }

    public required long Filtered { get; init; }

    public required long DeadLettered { get; init; }

    public required long InFlight { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? AppliedResolved { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? ReceivedResolved { get; init; }

    /// <summary><c>running</c>, <c>retrying</c>, <c>stopped</c>, <c>paused</c> as reported; <c>unknown</c> before the first report, <c>silent</c> when reports ceased.</summary>
    public required string State { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Error { get; init; }

    /// <summary>Columns of the changefeed that the target lacks; <c>onUnknownColumn</c> decides what becomes of them.</summary>
    public required IReadOnlyList<string> UnknownColumns { get; init; }

    /// <summary>Columns of the target that the latest row did not carry: they keep what they have.</summary>
    public required IReadOnlyList<string> AbsentColumns { get; init; }

    public string? Replica { get; init; }

    public DateTimeOffset? ReportedAt { get; init; }
}
