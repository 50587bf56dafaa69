using System.Text.Json.Serialization;

namespace Failback.Contracts.Api;

/// <summary>One table of a failback.</summary>
public sealed record TableResource
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

    /// <summary>Rows set aside that hold the watermark; <see cref="DeadLettered"/> counts also those that were settled since.</summary>
    public long OpenLetters { get; init; }

    /// <summary>Rows that wait for other rows; part of <see cref="InFlight"/>.</summary>
    public long WaitingLetters { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? AppliedResolved { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? ReceivedResolved { get; init; }

    /// <summary>
    /// <c>running</c>, <c>retrying</c>, <c>stopped</c>, <c>paused</c> as reported; <c>unknown</c> before the first report, <c>silent</c>
    /// when reports ceased.
    /// </summary>
    public required string State { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Error { get; init; }

    /// <summary>Columns of the changefeed that the target lacks; <c>onUnknownColumn</c> decides what becomes of them.</summary>
    public required IReadOnlyList<string> UnknownColumns { get; init; }

    /// <summary>Columns of the target that the latest row did not carry: they keep what they have.</summary>
    public required IReadOnlyList<string> AbsentColumns { get; init; }

    public string? Replica { get; init; }

    public DateTimeOffset? ReportedAt { get; init; }

    /// <summary>Every event is in exactly one place: applied, superseded, filtered, a letter or on its way.</summary>
    [JsonIgnore]
    public bool AddsUp => Received == Applied + Superseded + Filtered + DeadLettered + InFlight;

    /// <summary><see cref="AppliedResolved"/> as a timestamp; zero before the first.</summary>
    [JsonIgnore]
    public HlcTimestamp AppliedThrough => HlcTimestamp.TryParse(AppliedResolved, out HlcTimestamp at) ? at : HlcTimestamp.Zero;
}
