using Failback.Contracts.Words;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Control.Changefeeds;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Control.Status;

/// <summary>Writes a status as the API shows it: values become words here and nowhere before.</summary>
internal sealed class ResourceView(IOptions<ControlOptions> options)
{
    public FailbackResource Of(FailbackStatus status)
    {
        FailbackRecord failback = status.Failback;
        return new FailbackResource
        {
            Name = failback.Name,
            Revision = failback.Revision,
            State = status.State,
            Condition = status.Condition,
            Activity = Word.Of(status.Activity),
            Dialect = failback.Dialect,
            WebhookUrl = WebhookAddress.Of(
                failback.Definition.Shown.Changefeed.Overrides, options.Value.PublicSinkUrl, failback.WebhookPath).Url,
            WebhookPath = failback.WebhookPath,
            StagingSchema = failback.StagingSchema,
            CreatedAt = failback.CreatedAt,
            UpdatedAt = failback.UpdatedAt,
            Definition = failback.Definition.Shown,
            ReceivedResolved = Text(status.Received),
            AppliedResolved = Text(status.Applied),
            LagSeconds = FeedReport.Seconds(status.Lag),
            Totals = status.Totals,
            Sink = Sink(status.Sink),
            Changefeed = status.Feed is { } feed ? FeedReport.Show(feed, status.FeedLag) : null,
            Script = failback.Script is { } script ? new ScriptStatus(script.Version, status.Sink.Scripts) : null,
            Errors = status.Troubles,
        };
    }

    public static TableResource Table(TableStatus table) => new()
    {
        Table = table.Route.Target,
        Source = table.Route.Source,
        Target = table.Route.Target,
        Queue = table.Route.Queue,
        Received = table.Progress.Received,
        Applied = table.Progress.Applied,
        Superseded = table.Progress.Superseded,
        Filtered = table.Progress.Filtered,
        DeadLettered = table.Progress.DeadLettered,
        InFlight = table.Progress.InFlight,
        OpenLetters = table.Progress.OpenLetters,
        WaitingLetters = table.Progress.WaitingLetters,
        AppliedResolved = Text(table.Applied),
        ReceivedResolved = Text(table.Received),
        State = Word.Of(table.Condition),
        Error = table.Progress.Error,
        UnknownColumns = table.Progress.UnknownColumns,
        AbsentColumns = table.Progress.AbsentColumns,
        Replica = table.Replica,
        ReportedAt = table.ReportedAt,
    };

    private static SinkStatus Sink(SinkFigures sink) => new(
        sink.Replicas, sink.AcceptedRows, sink.AcceptedRequests, sink.RejectedRequests, sink.UnavailableRequests, Text(sink.Resolved),
        sink.LastError, sink.LastReportAt)
    { LastErrorAt = sink.LastErrorAt };

    private static string? Text(HlcTimestamp? reading) => reading?.ToString();
}
