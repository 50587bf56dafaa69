using System.Diagnostics;
using Failback.Hosting.Telemetry;
using Failback.Messaging.Publishing;
using Failback.Sink.Feeds;
using Failback.Sink.Reading;

namespace Failback.Sink.Publishing;

/// <summary>
/// Hands the rows of one request to the queues of their tables, or a resolved timestamp to every queue of the feed, and waits until
/// the broker has confirmed all of it. Returns early with the first failure, because the changefeed then repeats the whole request.
/// </summary>
internal sealed class MutationPublisher(TablePublisher publisher)
{
    internal async Task<PublishResult> PublishAsync(Feed feed, ChangefeedBody content, SharedBody body, CancellationToken deadline)
    {
        using Activity? trace = FailbackTraces.StartPart("failback.publish", ActivityKind.Producer);
        // A resolved timestamp goes to every queue, also one without rows: an applier closes a window only when all tables have it.
        List<Task<PublishResult>> publications = content.Resolved is { } resolved
            ? [.. feed.Spec.Tables.Select(table => publisher.PublishResolvedAsync(table.Queue, resolved, deadline))]
            : [.. content.Tables.Select(
                table => publisher.PublishRowsAsync(table.Queue, table.Rows, table.Body ?? body, table.UnknownTopic, deadline))];
        await foreach (Task<PublishResult> publication in Task.WhenEach(publications))
        {
            PublishResult result = await publication;
            if (!result.IsConfirmed) return result;
        }

        return PublishResult.Confirmed;
    }
}
