using System.Globalization;
using Failback.Contracts.Api;
using Failback.Control.Api;
using Failback.Control.Journal;
using Failback.Control.Registry;
using Failback.Control.Status;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.Events;

/// <summary>The calls about what happens to a failback.</summary>
internal static class EventEndpoints
{
    public static RouteGroupBuilder MapEvents(this RouteGroupBuilder group)
    {
        group.MapGet("/{name}/events", FollowAsync).WithSummary("Server-sent events: the resource and what happens to it")
            .WithDescription(
                "Types: state (the resource, first and at every change of definition or state), progress (the resource, every second), "
                + "happened (something of the history), gap (what was missed is no longer kept), deleted (the last). "
                + "Come back with the last id as Last-Event-ID, or ?lastEventId=, and what happened since comes first. "
                + "types=state,happened leaves progress out; then a comment is sent every ten seconds.")
            .Produces<FailbackResource>(200, "text/event-stream").Problems("no_such_failback", "invalid_filter");
        group.MapGet("/{name}/history", History)
            .WithSummary("What happened: changes of state and definition, troubles and their ends, rows set aside, operations")
            .WithDescription(
                "In order. tail=20 gives the last twenty; otherwise pages by limit and after, the id of the last event seen, with a Link "
                    + "to the next. The last 5000 events are kept.")
            .Problems("no_such_failback", "invalid_page");
        return group;
    }

    private static async Task FollowAsync(
        string name, string? types, string? lastEventId, HttpContext context, StatusBoard board, EventStream stream,
        IHostApplicationLifetime lifetime)
    {
        await board.RequireAsync(name, context.RequestAborted);
        HashSet<string> chosen = [
            .. types?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? EventStream.Types];
        if (chosen.Except(EventStream.Types, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new ApiException(
                422, "invalid_filter", $"types: '{unknown}' is none of {string.Join(", ", EventStream.Types)}",
                "correct the query and repeat");
        string since = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header ? header : lastEventId ?? "";
        long? id = since.Length == 0 ? null : Number(since, "Last-Event-ID");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await stream.WriteAsync(name, id, chosen, context.Response, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The caller is gone, or control ends: the caller comes back with its last id.
        }
    }

    private static Ok<FailbackEvent[]> History(
        string name, int? tail, string? after, int? limit, HttpContext context, FailbackStore store, EventStore events)
    {
        store.Require(name);
        if (tail is not null) return TypedResults.Ok(events.Last(name, Page.Of(tail, null).Limit).ToArray());
        Page page = Page.Of(limit, after);
        long id = page.After.Length == 0 ? 0 : Number(page.After, "after");
        return TypedResults.Ok(
            page.Cut(context, events.After(name, id, page.Limit + 1), happened => happened.Id.ToString(CultureInfo.InvariantCulture)));
    }

    private static long Number(string text, string field) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
        ? id
        : throw new ApiException(422, "invalid_page", $"{field}: '{text}' is not the id of an event", "take the id from an event");
}
