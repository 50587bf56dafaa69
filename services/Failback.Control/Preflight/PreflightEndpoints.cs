using Failback.Contracts.Api;
using Failback.Control.Api;
using Failback.Control.Operations;
using Failback.Control.Registry;

namespace Failback.Control.Preflight;

/// <summary>The call that checks before a start.</summary>
internal static class PreflightEndpoints
{
    public static RouteGroupBuilder MapPreflight(this RouteGroupBuilder group)
    {
        group.MapPost("/{name}/preflight", RunAsync)
            .WithSummary("Check source, target, sink, broker and the definition; nothing is changed")
            .WithDescription(
                "Answers 200 whatever it finds: errors of the report would refuse a start, each check has the SQL or command that mends "
                    + "it. docs/reference/preflight-codes.md lists the checks.")
            .Produces<PreflightReport>().RunsLong().Problems("no_such_failback", "secrets_key");
        return group;
    }

    private static Task<IResult> RunAsync(
        string name, HttpContext context, FailbackStore store, PreflightCommand command, OperationRunner operations)
    {
        FailbackRecord failback = store.Require(name);
        return operations.AnswerAsync(
            context, "preflight", name, cancellationToken => command.RunAsync(failback, values: true, cancellationToken), TypedResults.Ok);
    }
}
