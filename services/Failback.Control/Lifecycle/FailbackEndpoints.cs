using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Control.Api;
using Failback.Control.Operations;
using Failback.Control.Registry;
using Failback.Control.Status;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.Lifecycle;

/// <summary>The calls about failbacks themselves.</summary>
internal static class FailbackEndpoints
{
    private const int LargestBody = 8 * 1024 * 1024;

    private static readonly string[] StateProblems = [
        "no_such_failback", "wrong_state", "revision_mismatch", "changed_meanwhile", "secrets_key", "continuity_broken",
        "broker_unavailable", .. ProblemCatalogue.OfTheSource];

    public static RouteGroupBuilder MapFailbacks(this RouteGroupBuilder group)
    {
        group.MapPut("/{name}", PutAsync).WithSummary("Create or replace a definition")
            .WithDescription(
                "The same definition again changes nothing. A secret that is sent as *** stays what it was. If-None-Match: * only "
                    + "creates, If-Match only replaces what was read.")
            .Accepts<FailbackDefinition>("application/json").Produces<FailbackResource>().Produces<FailbackResource>(201)
            .Problems(
                "invalid_json", "invalid_definition", "invalid_name", "fixed_field", "being_deleted", "exists", "revision_mismatch",
                "changed_meanwhile", "webhook_path_taken", "unsupported_media_type", "secrets_key", "script_host");
        group.MapGet("", ListAsync).WithSummary("All failbacks, by name")
            .WithDescription(
                "Pages by limit and after, the name of the last one seen; the Link header leads to the next page. state and dialect "
                    + "choose some.").Problems("invalid_page", "invalid_filter");
        group.MapGet("/{name}", GetAsync).WithSummary("Definition, state and progress").WithDescription("The ETag is for If-Match.")
            .Problems("no_such_failback");
        group.MapDelete("/{name}", DeleteAsync).WithSummary("Remove a failback with its queues and its changefeed")
            .WithDescription("force drops what waits in its queues. The staging schema in the target stays.").Produces(204).RunsLong()
            .Problems(
                "no_such_failback", "started", "revision_mismatch", "changed_meanwhile", "step_unproven", "broker_unavailable",
                "secrets_key");
        group.MapPost("/{name}/start", StartAsync)
            .WithSummary("Check, declare the queues and create or adopt the changefeed, or answer its statement")
            .WithDescription(
                "Refused with the code of the first check of preflight that fails, all of them in errors; skip=<reason> leaves the "
                    + "checks out, with codes=<codes> those alone; scanAdded=true sends the rows that tables added to a running "
                    + "changefeed have. Repeated, it brings tables and changefeed into line with the definition.")
            .Produces<StartAnswer>().RunsLong().Problems(ProblemCatalogue.OfStart);
        group.MapPost("/{name}/pause", PauseAsync).WithSummary("Accept and queue, apply nothing")
            .WithDescription("With changefeed=true the changefeed pauses too: rows then wait in CockroachDB.").Problems(StateProblems);
        group.MapPost("/{name}/resume", ResumeAsync).WithSummary("Apply again")
            .WithDescription("Also resumes a changefeed that pause has paused.").Problems(StateProblems);
        group.MapPost("/{name}/stop", StopAsync).WithSummary("Cancel the changefeed, accept nothing, apply what is queued")
            .WithDescription("force stops although CockroachDB does not answer; its changefeed is cancelled when it does.")
            .Problems(StateProblems);
        return group;
    }

    private static async Task<IResult> PutAsync(
        string name, HttpContext context, DefinitionCommand command, StatusBoard board, ResourceView view,
        CancellationToken cancellationToken)
    {
        byte[] body = await ReadBodyAsync(context.Request, cancellationToken);
        (FailbackRecord failback, bool created) = await command.PutAsync(name, body, Precondition.Of(context.Request), cancellationToken);
        context.Response.Headers.ETag = Precondition.Tag(failback);
        FailbackResource resource = view.Of(board.Of(failback));
        return created ? TypedResults.Created($"/api/v1/failbacks/{name}", resource) : TypedResults.Ok(resource);
    }

    private static async Task<Ok<FailbackResource[]>> ListAsync(
        string? state, string? dialect, string? after, int? limit, HttpContext context, StatusBoard board, ResourceView view,
        CancellationToken cancellationToken)
    {
        FailbackState? wanted = FilterWord.Of<FailbackState>("state", state);
        Page page = Page.Of(limit, after);
        StatusSnapshot snapshot = await board.CurrentAsync(cancellationToken);
        IEnumerable<FailbackStatus> found = snapshot.Failbacks
            .Where(status => string.CompareOrdinal(status.Failback.Name, page.After) > 0)
            .Where(status => wanted is null || status.State == wanted)
            .Where(status => dialect is null || status.Failback.Dialect == dialect);
        return TypedResults.Ok(page.Cut(context, found, status => status.Failback.Name).Select(view.Of).ToArray());
    }

    private static async Task<Ok<FailbackResource>> GetAsync(
        string name, HttpContext context, StatusBoard board, ResourceView view, CancellationToken cancellationToken) =>
        Answer(context, await board.RequireAsync(name, cancellationToken), view);

    private static Task<IResult> DeleteAsync(string name, bool? force, HttpContext context, DeleteCommand command) =>
        command.AnswerAsync(context, name, force ?? false, Precondition.Of(context.Request));

    private static Task<IResult> StartAsync(
        string name, string? skip, string? codes, bool? scanAdded, HttpContext context, StartCommand command) =>
        command.AnswerAsync(context, name, new StartWish(skip, codes, scanAdded ?? false), Precondition.Of(context.Request));

    private static async Task<Ok<FailbackResource>> PauseAsync(
        string name, bool? changefeed, HttpContext context, StateCommand command, StatusBoard board, ResourceView view,
        CancellationToken cancellationToken) =>
        Answer(context, board.Of(await command.PauseAsync(name, changefeed ?? false, Precondition.Of(context.Request), cancellationToken)),
            view);

    private static async Task<Ok<FailbackResource>> ResumeAsync(
        string name, HttpContext context, StateCommand command, StatusBoard board, ResourceView view,
        CancellationToken cancellationToken) =>
        Answer(context, board.Of(await command.ResumeAsync(name, Precondition.Of(context.Request), cancellationToken)), view);

    private static async Task<Ok<FailbackResource>> StopAsync(
        string name, bool? force, HttpContext context, StateCommand command, StatusBoard board, ResourceView view,
        CancellationToken cancellationToken) =>
        Answer(context, board.Of(await command.StopAsync(name, force ?? false, Precondition.Of(context.Request), cancellationToken)), view);

    private static Ok<FailbackResource> Answer(HttpContext context, FailbackStatus status, ResourceView view)
    {
        context.Response.Headers.ETag = Precondition.Tag(status.Failback);
        return TypedResults.Ok(view.Of(status));
    }

    private static async Task<byte[]> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
            throw new ApiException(
                415, "unsupported_media_type", "the definition must be sent as application/json", "send Content-Type: application/json");
        using var body = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + read > LargestBody)
                throw new ApiException(413, "too_large", $"a definition has at most {LargestBody} bytes", "shorten it");
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
