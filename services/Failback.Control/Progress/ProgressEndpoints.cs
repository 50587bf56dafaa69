using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Failbacks;
using Failback.Control.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.Progress;

/// <summary>The calls about progress.</summary>
internal static class ProgressEndpoints
{
    public static RouteGroupBuilder MapProgress(this RouteGroupBuilder group)
    {
        group.MapGet("/{name}/tables", Tables).WithSummary("Progress per table").ProducesProblem(404);
        group.MapGet("/{name}/tables/{table}", Table).WithSummary("Progress of one table").ProducesProblem(404);
        group.MapGet("/{name}/events", Events).WithSummary("Server-sent events: the resource at every change").ProducesProblem(404);
        return group;
    }

    private static Ok<IReadOnlyList<TableResource>> Tables(string name, FailbackStore store, ResourceView view) =>
        TypedResults.Ok(view.Tables(FailbackEndpoints.Require(store, name)));

    private static Ok<TableResource> Table(string name, string table, FailbackStore store, ResourceView view)
    {
        FailbackRecord failback = FailbackEndpoints.Require(store, name);
        TableRoute? route = failback.Tables.FirstOrDefault(route => route.Target == table)
            ?? failback.Tables.FirstOrDefault(route => route.Source == table)
            ?? Single(failback.Tables.Where(route => Contracts.TableName.Parse(route.Target).Table == table));
        return route is null
            ? throw new ApiException(404, "no_such_table", $"failback {name} has no table {table}", $"GET /api/v1/failbacks/{name}/tables lists them")
            : TypedResults.Ok(view.Table(failback, route));
    }

    private static ServerSentEventsResult<FailbackResource> Events(
        string name, FailbackStore store, ResourceView view, TimeProvider time, IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        FailbackEndpoints.Require(store, name);
        return TypedResults.ServerSentEvents(FollowAsync(name, store, view, time, lifetime.ApplicationStopping, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<FailbackResource>> FollowAsync(
        string name, FailbackStore store, ResourceView view, TimeProvider time, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Every second: lag grows even when nothing else changes, and a connection that is written to shows when its other end is gone.
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        using CancellationTokenRegistration end = stopping.Register(timer.Dispose);
        long revision = -1;
        do
        {
            if (store.Find(name) is not { State: not RunState.Deleted } failback) yield break;
            string kind = failback.Revision == revision ? "progress" : "state";
            revision = failback.Revision;
            yield return new SseItem<FailbackResource>(view.Of(failback), kind) { EventId = $"{failback.Revision}" };
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static TableRoute? Single(IEnumerable<TableRoute> routes) => routes.Take(2).ToArray() is [var only] ? only : null;
}
