using System.Globalization;
using System.Text;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Journal;
using Failback.Control.Progress;
using Failback.Control.Registry;

namespace Failback.Control.Events;

/// <summary>
/// Server-sent events of one failback. Types: <c>state</c> (the resource, first and at every change of definition or state),
/// <c>progress</c> (the resource, every
/// second), <c>happened</c> (one <see cref="FailbackEvent"/>), <c>gap</c> (events that the caller missed are no longer kept),
/// <c>deleted</c> (the last).
/// The id of each is that of the newest event it follows; a caller that comes back with it as <c>Last-Event-ID</c> first gets what happened
/// since.
/// </summary>
internal sealed class EventStream(FailbackStore store, EventStore events, ResourceView view, TimeProvider time)
{
    public static readonly string[] Types = ["state", "progress", "happened"];

    private const int AtOnce = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <param name="name">The failback.</param>
    /// <param name="since">Last-Event-ID of the caller; null: only what happens from now on.</param>
    /// <param name="types">Which of <see cref="Types"/>.</param>
    /// <param name="response">Where to.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async Task WriteAsync(
        string name, long? since, IReadOnlySet<string> types, HttpResponse response, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        // nginx would hold the stream back.
        response.Headers["X-Accel-Buffering"] = "no";
        (long oldest, long newest) = events.Range(name);
        long last = since ?? newest;
        await SendAsync(response, $"retry: 2000\n\n", cancellationToken);
        // 0 asks for all there is.
        if (since > 0 && since < oldest) await SendAsync(response, "gap", last, new { oldestId = Text(oldest) }, cancellationToken);
        long revision = -1, written = time.GetTimestamp();
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            // What happened first: the resource then is at least as new.
            foreach (FailbackEvent one in events.After(name, last, AtOnce))
            {
                last = one.Id;
                if (types.Contains("happened")) await SendAsync(response, "happened", last, one, cancellationToken);
            }

            if (store.Find(name) is not { State: not RunState.Deleted } failback)
            {
                await SendAsync(response, "deleted", last, new { name }, cancellationToken);
                return;
            }

            string kind = failback.Revision == revision ? "progress" : "state";
            revision = failback.Revision;
            if (types.Contains(kind))
            {
                await SendAsync(response, kind, last, view.Of(failback), cancellationToken);
                written = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(written) >= Heartbeat)
            {
                // A connection that is written to shows when its other end is gone.
                await SendAsync(response, ": heartbeat\n\n", cancellationToken);
                written = time.GetTimestamp();
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
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
