using System.Diagnostics;
using System.Net.Mime;
using Failback.Contracts.Control;
using Failback.Hosting.Logging;
using Failback.Hosting.Telemetry;
using Failback.Messaging.Publishing;
using Failback.Sink.Bodies;
using Failback.Sink.Counters;
using Failback.Sink.Feeds;
using Failback.Sink.Publishing;
using Failback.Sink.Reading;
using Failback.Sink.Scripts;
using Failback.Sink.Settings;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Failback.Sink.Webhook;

/// <summary>
/// Serves the webhook. 200 means that the broker has stored every row; every other outcome is another status with a short reason,
/// within the request timeout, and never a redirect (a changefeed would follow it with an empty GET).
/// </summary>
internal sealed class WebhookEndpoint(
    FeedDirectory feeds, WebhookAuthentication authentication, BodyReader bodies, ClockGuard clock, MutationPublisher mutations,
    TablePublisher broker, SinkMetrics metrics, IOptions<SinkOptions> options, TimeProvider time, ILogger<WebhookEndpoint> logger)
{
    private static readonly TimeSpan ReconnectPatience = TimeSpan.FromSeconds(1);

    private readonly RepeatedLines _lines = new(time);

    internal async Task HandleAsync(HttpContext context)
    {
        long start = time.GetTimestamp();
        Feed? feed = feeds.Find(context.Request.Path.Value);
        string name = feed?.Spec.Name ?? "";
        try
        {
            await AnswerAsync(context, feed);
        }
        catch (RefusedException e)
        {
            await RefuseAsync(context, feed, e.Status, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(
                context, feed, e.StatusCode, e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? "the body is too large"
                : "the request cannot be read");
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            SinkLog.SenderGone(logger, name);
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            context.Abort();
        }
        catch (OperationCanceledException)
        {
            await RefuseAsync(context, feed, StatusCodes.Status503ServiceUnavailable, "not finished within the request timeout");
        }
        catch (Exception e)
        {
            SinkLog.Failed(logger, name, e);
            await RefuseAsync(context, feed, StatusCodes.Status500InternalServerError, "internal error, see the sink's log");
        }

        if (!IsProbe(context.Request)) metrics.Answered(name, context.Response.StatusCode, time.GetElapsedTime(start));
    }

    private async Task AnswerAsync(HttpContext context, Feed? feed)
    {
        // Before the state is looked at: from then on a stop is not acknowledged until this request is over.
        feed?.Counters.Enter();
        try
        {
            await ServeAsync(context, feed);
        }
        finally
        {
            feed?.Counters.Leave();
        }
    }

    private async Task ServeAsync(HttpContext context, Feed? feed)
    {
        await CheckAsync(context, feed);
        using Activity? trace = FailbackTraces.StartRoot("failback.webhook", ActivityKind.Server);
        trace?.SetTag("failback.name", feed!.Spec.Name);
        using var deadline = new CancellationTokenSource(options.Value.RequestTimeout, time);
        if (await broker.WaitUntilReadyAsync(ReconnectPatience, deadline.Token) is { } problem) throw RefusedException.Unavailable(problem);
        BodyBuffer body = await ReadAsync(context, deadline.Token);
        MadeBytes? made = null;
        try
        {
            ChangefeedBody content = ChangefeedReader.Read(body.Span, feed!.ReadAs, feed.Router);
            clock.Check(feed, content);
            if (feed.Script is { } script && content.Resolved is null)
                (content, made) = await script.RouteAsync(content, body, deadline.Token);
            PublishResult result = await mutations.PublishAsync(feed, content, body, deadline.Token);
            trace?.SetTag("failback.rows", content.RowCount).SetTag("failback.resolved", content.Resolved?.ToString())
                .SetStatus(result.IsConfirmed ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
            // 200 only after the broker's confirms: CockroachDB forgets a row that was answered 200, so an earlier answer could
            // lose it.
            if (!result.IsConfirmed) throw RefusedException.Unavailable(result.Reason);
            feed.Counters.Accepted(content);
            metrics.Accepted(feed.Spec.Name, content, body.Length);
        }
        finally
        {
            made?.Release();
            body.Release();
        }

        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentLength = 0;
    }

    /// <summary>Reads the body. When the sender disconnects, only the reading ends: what is being published is finished.</summary>
    private async Task<BodyBuffer> ReadAsync(HttpContext context, CancellationToken deadline)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(deadline, context.RequestAborted);
        return await bodies.ReadAsync(context.Request, reading.Token);
    }

    private async ValueTask CheckAsync(HttpContext context, Feed? feed)
    {
        HttpRequest request = context.Request;
        if (!feeds.Loaded) throw RefusedException.Unavailable("the failbacks are not known yet");
        if (feed is null) throw new RefusedException(StatusCodes.Status404NotFound, "no failback has this webhook path");
        // Credentials come before method and content type: an unauthenticated sender learns nothing about how a path is served.
        await authentication.CheckAsync(context, feed);
        if (!HttpMethods.IsPost(request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            throw new RefusedException(StatusCodes.Status405MethodNotAllowed, "only POST is served here");
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || !type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase))
            throw new RefusedException(
                StatusCodes.Status415UnsupportedMediaType,
                "only application/json is served here: create the changefeed WITH format='json'");
        if (feed.Spec.State is not (RunState.Running or RunState.Paused))
            throw RefusedException.Unavailable(
                $"failback {feed.Spec.Name} is {(feed.Spec.State == RunState.Created ? "not started" : "stopped")}");
    }

    private static bool IsProbe(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Headers.UserAgent == OwnProbe.UserAgent;

    private async Task RefuseAsync(HttpContext context, Feed? feed, int status, string reason)
    {
        if (feed is not null && !IsProbe(context.Request))
        {
            // A changefeed only posts: what control's checks ask with a GET says nothing about it.
            if (HttpMethods.IsPost(context.Request.Method)) feed.Counters.Refused(status, reason);
            if (_lines.Take($"{feed.Spec.Name} {status}") is { } leftOut) SinkLog.Refused(logger, feed.Spec.Name, status, reason, leftOut);
        }
        else if (feed is null && status == StatusCodes.Status404NotFound && _lines.Take("") is { } leftOut)
        {
            SinkLog.UnknownPath(logger, leftOut);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(reason + "\n", CancellationToken.None);
    }
}
