using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Control.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.Operations;

/// <summary>The calls about operations.</summary>
internal static class OperationEndpoints
{
    public static RouteGroupBuilder MapOperations(this RouteGroupBuilder group)
    {
        group.MapGet("", List).WithSummary("Operations, newest first")
            .WithDescription(
                "Pages by limit and after, the id of the last one seen; the Link header leads to the next page. Operations are kept for "
                    + "seven days.").Problems("invalid_page", "invalid_filter");
        group.MapGet("/{id}", Get).WithSummary("One operation: state, progress, result or problem")
            .WithDescription("While it runs the answer has Retry-After.").Problems("no_such_operation");
        group.MapPost("/{id}/cancel", Cancel).WithSummary("Ask an operation to end")
            .WithDescription(
                "It ends at its next interruptible step with the state cancelled; what it has done stays done, and repeating its call "
                    + "goes on from there.").Problems("no_such_operation", "operation_ended");
        return group;
    }

    private static Ok<Operation[]> List([AsParameters] OperationQuery query, HttpContext context, OperationStore store)
    {
        OperationState? state = FilterWord.Of<OperationState>("state", query.State);
        Page page = Page.Of(query.Limit, query.After);
        IReadOnlyList<Operation> found = store.List(
            query.Failback ?? "", state is { } chosen ? Word.Of(chosen) : "", page.After, page.Limit + 1);
        return TypedResults.Ok(page.Cut(context, found, operation => operation.Id));
    }

    private static Ok<Operation> Get(string id, HttpContext context, OperationStore store)
    {
        Operation operation = store.Find(id) ?? throw NotFound(id);
        if (operation.State == OperationState.Running) context.Response.Headers.RetryAfter = "1";
        return TypedResults.Ok(operation);
    }

    private static Accepted<Operation> Cancel(string id, OperationStore store, OperationRunner runner)
    {
        Operation operation = store.Find(id) ?? throw NotFound(id);
        if (!store.RequestCancel(id))
            throw new ApiException(
                409, "operation_ended", $"operation {id} is {operation.State.ToString().ToLowerInvariant()}", "nothing is left to cancel");
        runner.Interrupt(id);
        return TypedResults.Accepted($"/api/v1/operations/{id}", store.Find(id) ?? operation);
    }

    private static ApiException NotFound(string id) =>
        new(404, "no_such_operation", $"there is no operation {id}", "GET /api/v1/operations lists those of the last seven days");

    /// <summary>Query of the list.</summary>
    internal sealed record OperationQuery(string? Failback, string? State, string? After, int? Limit);
}
