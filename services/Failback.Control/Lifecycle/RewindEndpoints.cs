using Failback.Contracts.Api;
using Failback.Control.Access;
using Failback.Control.Api;
using Failback.Control.Operations;
using Failback.Control.Registry;

namespace Failback.Control.Lifecycle;

/// <summary>The call that makes a feed anew from where the target is.</summary>
internal static class RewindEndpoints
{
    public static RouteGroupBuilder MapRewind(this RouteGroupBuilder group)
    {
        group.MapPost("/{name}/rewind", RewindAsync).Requires(Role.Admin)
            .WithSummary("Make the feed anew from the timestamp that the target has")
            .WithDescription(
                "For a failback that is paused, or held because target or queue went back. Queues and webhook address are made anew and "
                    + "no former owner can commit. to sets checkpoints back; preview only tells. A managed changefeed is ended and "
                    + "created with the cursor; otherwise the answer has the statement.")
            .Produces<RewindAnswer>().RunsLong()
            .Problems([
                "no_such_failback", "no_such_table", "wrong_state", "reason_missing", "rewind_unprovable", "cursor_too_old",
                "revision_mismatch", "changed_meanwhile", "secrets_key", "broker_unavailable", "no_applier", "target_unavailable",
                "no_source_tables", "unknown_source_table", "ambiguous_source_table", "rangefeeds_disabled", "changefeed_privilege",
                "changefeed_ended", "foreign_changefeed", .. ProblemCatalogue.OfTheSource]);
        return group;
    }

    private static Task<IResult> RewindAsync(
        string name, RewindRequest wish, HttpContext context, RewindCommand command, OperationRunner operations)
    {
        Precondition condition = Precondition.Of(context.Request);
        string by = Caller.Of(context)?.Name ?? "";
        return operations.AnswerAsync(
            context, "rewind", name, cancellationToken => command.RewindAsync(name, wish, by, condition, cancellationToken),
            answer => TypedResults.Ok(answer));
    }
}
