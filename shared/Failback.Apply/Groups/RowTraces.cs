using System.Diagnostics;
using Failback.Apply.Windows;
using Failback.Hosting.Telemetry;

namespace Failback.Apply.Groups;

/// <summary>
/// Continues the traces of requests: a span of their own from the reading of a message to the commit that settled it, tied to the trace of
/// the transaction, which holds the rows of many requests.
/// </summary>
internal static class RowTraces
{
    /// <summary>Requests that one transaction names.</summary>
    private const int MostLinks = 64;

    /// <summary>Begins the trace of a transaction; null: none is recorded.</summary>
    public static Activity? Begin(string failback, IReadOnlyList<GroupTable> tables) =>
        FailbackTraces.Source.HasListeners()
            ? FailbackTraces.StartRoot(
                "failback.transaction", ActivityKind.Internal,
                tables.SelectMany(t => t.Held).SelectMany(Of).Take(MostLinks).Select(context => new ActivityLink(context)))
                ?.SetTag("failback.name", failback)
            : null;

    /// <summary>Takes the age of messages that were settled, and ends the traces of their requests.</summary>
    public static void Settle(GroupContext context, GroupTable table, IReadOnlyList<MessageEntry> settled)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        foreach (MessageEntry message in settled.Where(m => m is { IsMarker: false, Received: > 0 }))
        {
            context.Metrics.Visible(context.Spec.Name, now - message.High.Time);
            if (message.Traces is not null && FailbackTraces.Source.HasListeners()) End(context.Spec.Name, table, message);
        }
    }

    private static void End(string failback, GroupTable table, MessageEntry message)
    {
        ActivityLink[] transaction = Activity.Current is { Recorded: true } current ? [new ActivityLink(current.Context)] : [];
        foreach (ActivityContext request in Of(message))
        {
            using Activity? span = FailbackTraces.Source.StartActivity(
                "failback.apply", ActivityKind.Consumer, request, links: transaction, startTime: message.ReadAt);
            span?.SetTag("failback.name", failback).SetTag("failback.table", table.Name).SetTag("failback.rows", message.Received)
                .SetTag("failback.resolved", table.Checkpoint.Resolved.ToString());
        }
    }

    private static IEnumerable<ActivityContext> Of(MessageEntry message)
    {
        if (message.Traces is null) yield break;
        foreach (string one in message.Traces.Split(','))
            if (ActivityContext.TryParse(one, null, isRemote: true, out ActivityContext context)) yield return context;
    }
}
