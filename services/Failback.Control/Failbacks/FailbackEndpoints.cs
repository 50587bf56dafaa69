using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Failback.Control.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.Failbacks;

/// <summary>The calls about failbacks themselves.</summary>
internal static class FailbackEndpoints
{
    private const int LargestBody = 8 * 1024 * 1024;

    public static RouteGroupBuilder MapFailbacks(this RouteGroupBuilder group)
    {
        group.MapPut("/{name}", PutAsync).WithSummary("Create or replace a definition").Accepts<FailbackDefinition>("application/json")
            .Produces<FailbackResource>().Produces<FailbackResource>(201).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422);
        group.MapGet("", List).WithSummary("All failbacks");
        group.MapGet("/{name}", Get).WithSummary("Definition, state and progress").ProducesProblem(404);
        group.MapDelete("/{name}", DeleteAsync).WithSummary("Remove a failback with its queues").ProducesProblem(404).ProducesProblem(409);
        group.MapPost("/{name}/start", StartAsync).WithSummary("Check, declare the queues and create or adopt the changefeed, or answer its statement; skip=<reason> leaves the checks out").ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
        group.MapPost("/{name}/pause", PauseAsync).WithSummary("Accept and queue, apply nothing; with changefeed=true the changefeed pauses too").ProducesProblem(409);
        group.MapPost("/{name}/resume", ResumeAsync).WithSummary("Apply again").ProducesProblem(409);
        group.MapPost("/{name}/stop", StopAsync).WithSummary("Cancel the changefeed, accept nothing, apply what is queued").ProducesProblem(409);
        return group;
    }

    /// <summary>The failback, or 404.</summary>
    public static FailbackRecord Require(FailbackStore store, string name) =>
        store.Find(name) is { State: not RunState.Deleted } failback ? failback : throw StateCommand.NotFound(name);

    private static async Task<IResult> PutAsync(string name, HttpContext context, DefinitionCommand command, ResourceView view, CancellationToken cancellationToken)
    {
        byte[] body = await ReadBodyAsync(context.Request, cancellationToken);
        (FailbackRecord failback, bool created) = await command.PutAsync(name, body, Precondition.Of(context.Request), cancellationToken);
        context.Response.Headers.ETag = Precondition.Tag(failback);
        FailbackResource resource = view.Of(failback);
        return created ? TypedResults.Created($"/api/v1/failbacks/{name}", resource) : TypedResults.Ok(resource);
    }

    private static Ok<FailbackResource[]> List(FailbackStore store, ResourceView view) =>
        TypedResults.Ok(store.All().Failbacks.Where(failback => failback.State != RunState.Deleted).Select(view.Of).ToArray());

    private static Ok<FailbackResource> Get(string name, HttpContext context, FailbackStore store, ResourceView view) => Answer(context, Require(store, name), view);

    private static async Task<NoContent> DeleteAsync(string name, bool? force, HttpContext context, DeleteCommand command, CancellationToken cancellationToken)
    {
        await command.DeleteAsync(name, force ?? false, Precondition.Of(context.Request), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<StartAnswer>> StartAsync(string name, string? skip, HttpContext context, StartCommand command, CancellationToken cancellationToken)
    {
        StartAnswer answer = await command.StartAsync(name, skip, Precondition.Of(context.Request), cancellationToken);
        context.Response.Headers.ETag = $"\"{answer.Revision}\"";
        return TypedResults.Ok(answer);
    }

    private static async Task<Ok<FailbackResource>> PauseAsync(string name, bool? changefeed, HttpContext context, StateCommand command, ResourceView view, CancellationToken cancellationToken) =>
        Answer(context, await command.PauseAsync(name, changefeed ?? false, Precondition.Of(context.Request), cancellationToken), view);

    private static async Task<Ok<FailbackResource>> ResumeAsync(string name, HttpContext context, StateCommand command, ResourceView view, CancellationToken cancellationToken) =>
        Answer(context, await command.ResumeAsync(name, Precondition.Of(context.Request), cancellationToken), view);

    private static async Task<Ok<FailbackResource>> StopAsync(string name, bool? force, HttpContext context, StateCommand command, ResourceView view, CancellationToken cancellationToken) =>
        Answer(context, await command.StopAsync(name, force ?? false, Precondition.Of(context.Request), cancellationToken), view);

    private static Ok<FailbackResource> Answer(HttpContext context, FailbackRecord failback, ResourceView view)
    {
        context.Response.Headers.ETag = Precondition.Tag(failback);
        return TypedResults.Ok(view.Of(failback));
    }

    private static async Task<byte[]> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
            throw new ApiException(415, "unsupported_media_type", "the definition must be sent as application/json", "send Content-Type: application/json");
        using var body = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + read > LargestBody) throw new ApiException(413, "too_large", $"a definition has at most {LargestBody} bytes", "shorten it");
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
