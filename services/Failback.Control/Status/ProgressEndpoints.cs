using Failback.Contracts.Words;
using Failback.Contracts.Api;
using Failback.Control.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.Status;

/// <summary>The calls about progress.</summary>
internal static class ProgressEndpoints
{
    public static RouteGroupBuilder MapProgress(this RouteGroupBuilder group)
    {
        group.MapGet("/{name}/tables", TablesAsync).WithSummary("Progress per table, by name")
            .WithDescription(
                "Pages by limit and after, the name of the last one seen; the Link header leads to the next page. state chooses some.")
                .Problems("no_such_failback", "invalid_page", "invalid_filter");
        group.MapGet("/{name}/tables/{table}", TableAsync).WithSummary("Progress of one table")
            .WithDescription("Named as in the target, as at the source, or without schema where that is clear.")
            .Problems("no_such_failback", "no_such_table");
        return group;
    }

    private static async Task<Ok<TableResource[]>> TablesAsync(
        string name, string? state, string? after, int? limit, HttpContext context, StatusBoard board, CancellationToken cancellationToken)
    {
        TableState? wanted = FilterWord.Of<TableState>("state", state);
        FailbackStatus failback = await board.RequireAsync(name, cancellationToken);
        // Without paging a caller gets every table, as ever.
        Page page = limit is null && after is null ? new Page(int.MaxValue - 1, "") : Page.Of(limit, after);
        IEnumerable<TableStatus> found = failback.Tables.Where(table => wanted is null || table.Condition == wanted)
            .OrderBy(table => table.Route.Target, StringComparer.Ordinal)
            .Where(table => string.CompareOrdinal(table.Route.Target, page.After) > 0);
        return TypedResults.Ok(page.Cut(context, found, table => table.Route.Target).Select(ResourceView.Table).ToArray());
    }

    private static async Task<Ok<TableResource>> TableAsync(
        string name, string table, StatusBoard board, CancellationToken cancellationToken)
    {
        FailbackStatus failback = await board.RequireAsync(name, cancellationToken);
        TableStatus? found = failback.Tables.FirstOrDefault(status => status.Route.Target == table)
            ?? failback.Tables.FirstOrDefault(status => status.Route.Source == table)
            ?? Single(failback.Tables.Where(status => Contracts.TableName.Parse(status.Route.Target).Table == table));
        return found is null
            ? throw new ApiException(
                404, "no_such_table", $"failback {name} has no table {table}", $"GET /api/v1/failbacks/{name}/tables lists them")
            : TypedResults.Ok(ResourceView.Table(found));
    }

    private static TableStatus? Single(IEnumerable<TableStatus> found) => found.Take(2).ToArray() is [var only] ? only : null;
}
