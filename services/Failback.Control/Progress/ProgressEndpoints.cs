using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Registry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.Progress;

/// <summary>The calls about progress.</summary>
internal static class ProgressEndpoints
{
    public static RouteGroupBuilder MapProgress(this RouteGroupBuilder group)
    {
        group.MapGet("/{name}/tables", Tables).WithSummary("Progress per table, by name")
            .WithDescription(
                "Pages by limit and after, the name of the last one seen; the Link header leads to the next page. state chooses some.")
                .Problems("no_such_failback", "invalid_page");
        group.MapGet("/{name}/tables/{table}", Table).WithSummary("Progress of one table")
            .WithDescription("Named as in the target, as at the source, or without schema where that is clear.")
            .Problems("no_such_failback", "no_such_table");
        return group;
    }

    private static Ok<TableResource[]> Tables(
        string name, string? state, string? after, int? limit, HttpContext context, FailbackStore store, ResourceView view)
    {
        IReadOnlyList<TableResource> all = view.Tables(store.Require(name));
        // Without paging a caller gets every table, as ever.
        Page page = limit is null && after is null ? new Page(int.MaxValue - 1, "") : Page.Of(limit, after);
        IEnumerable<TableResource> found = all.Where(table => state is null || table.State == state)
            .OrderBy(table => table.Table, StringComparer.Ordinal)
            .Where(table => string.CompareOrdinal(table.Table, page.After) > 0);
        return TypedResults.Ok(page.Cut(context, found, table => table.Table));
    }

    private static Ok<TableResource> Table(string name, string table, FailbackStore store, ResourceView view)
    {
        FailbackRecord failback = store.Require(name);
        TableRoute? route = failback.Tables.FirstOrDefault(route => route.Target == table)
            ?? failback.Tables.FirstOrDefault(route => route.Source == table)
            ?? Single(failback.Tables.Where(route => Contracts.TableName.Parse(route.Target).Table == table));
        return route is null
            ? throw new ApiException(
                404, "no_such_table", $"failback {name} has no table {table}", $"GET /api/v1/failbacks/{name}/tables lists them")
            : TypedResults.Ok(view.Table(failback, route));
    }

    private static TableRoute? Single(IEnumerable<TableRoute> routes) => routes.Take(2).ToArray() is [var only] ? only : null;
}
