using Failback.Contracts.Api;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Failback.Contracts.Words;
using Failback.Control.Journal;
using Failback.Control.Status;

namespace Failback.Control.Events;

/// <summary>
/// Server-sent events of one failback. Types: <c>state</c> (the resource, first and at every change of definition or state),
/// <c>progress</c> (the resource, every second), <c>happened</c> (one <see cref="FailbackEvent"/>), <c>gap</c> (events that the caller
/// missed are no longer kept), <c>deleted</c> (the last). The id of each is that of the newest event it follows; a caller that comes
/// back with it as <c>Last-Event-ID</c> first gets what happened since. A stream ends when the state cannot be read.
/// </summary>
internal sealed class EventStream(StatusBoard board, EventStore events, ResourceView view, TimeProvider time)
{
    public static readonly string[] Types = ["state", "progress", "happened"];

    private const int AtOnce = 500;

    // A snapshot comes every second and after each change: a little less than a second leaves out only the latter.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.9);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <param name="name">The failback.</param>
    /// <param name="since">Last-Event-ID of the caller; null: only what happens from now on.</param>
    /// <param name="types">Which of <see cref="Types"/>.</param>
    /// <param name="response">Where to.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async Task WriteAsync(
        string name, long? since, IReadOnlySet<string> types, HttpResponse response, CancellationToken cancellationToken)
    {
        StatusSnapshot snapshot = await board.CurrentAsync(cancellationToken);
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        // nginx would hold the stream back.
        response.Headers["X-Accel-Buffering"] = "no";
        (long oldest, long newest) = events.Range(name);
        long last = since ?? newest;
        await SendAsync(response, $"retry: 2000\n\n", cancellationToken);
        // 0 asks for all there is.
        if (since > 0 && since < oldest) await SendAsync(response, "gap", last, new { oldestId = Text(oldest) }, cancellationToken);
        FailbackState state = default;
        long revision = -1, read = -1, written = time.GetTimestamp(), progress = 0;
        for (; snapshot.IsKnown; snapshot = await board.AfterAsync(snapshot, cancellationToken))
        {
            // This process stood still while it was computed: the next one follows at once.
            if (!board.IsFresh(snapshot)) continue;
            // What happened first: the resource then is at least as new. Where nothing was numbered, nothing happened.
            bool more = snapshot.Revision != read;
            while (more)
            {
                IReadOnlyList<FailbackEvent> found = events.After(name, last, AtOnce);
                foreach (FailbackEvent one in found.TakeWhile(one => one.Id <= snapshot.Revision))
                {
                    last = one.Id;
                    if (types.Contains("happened")) await SendAsync(response, "happened", last, one, cancellationToken);
                }

                more = found.Count == AtOnce && last < snapshot.Revision && last == found[^1].Id;
                written = time.GetTimestamp();
            }

            read = snapshot.Revision;
            if (snapshot.Find(name) is not { } status)
            {
                await SendAsync(response, "deleted", last, new { name }, cancellationToken);
                return;
            }

            bool changed = status.Failback.Revision != revision || status.State != state;
            (revision, state) = (status.Failback.Revision, status.State);
            if (types.Contains(changed ? "state" : "progress") && (changed || time.GetElapsedTime(progress) >= Interval))
            {
                await SendAsync(response, changed ? "state" : "progress", last, view.Of(status), cancellationToken);
                written = progress = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(written) >= Heartbeat)
            {
                // A connection that is written to shows when its other end is gone.
                await SendAsync(response, ": heartbeat\n\n", cancellationToken);
                written = time.GetTimestamp();
            }
        }
    }

    private static Task SendAsync<T>(HttpResponse response, string kind, long id, T data, CancellationToken cancellationToken) =>
        SendAsync(
            response, $"event: {kind}\nid: {Text(id)}\ndata: {JsonSerializer.Serialize(data, ApiJson.Options)}\n\n",
            cancellationToken);

    private static async Task SendAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
