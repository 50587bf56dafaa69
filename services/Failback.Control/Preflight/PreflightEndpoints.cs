using Failback.Control.Failbacks;
using Failback.Control.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.Preflight;

/// <summary>The call that checks before a start.</summary>
internal static class PreflightEndpoints
{
    public static RouteGroupBuilder MapPreflight(this RouteGroupBuilder group)
    {
        group.MapPost("/{name}/preflight", RunAsync).WithSummary("Check source, target, sink, broker and the definition; nothing is changed").ProducesProblem(404);
        return group;
    }

    private static async Task<Ok<PreflightReport>> RunAsync(string name, FailbackStore store, PreflightCommand command, CancellationToken cancellationToken) =>
        TypedResults.Ok(await command.RunAsync(FailbackEndpoints.Require(store, name), cancellationToken));
}
