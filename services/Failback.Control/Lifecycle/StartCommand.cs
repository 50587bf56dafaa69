using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Operations;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Hosting.Secrets;

namespace Failback.Control.Lifecycle;

/// <summary>Start: checks that the call is allowed, then begins the run of <see cref="StartSteps"/>.</summary>
internal sealed class StartCommand(
    FailbackStore store, SecretBox box, WebhookTokens tokens, StepCalls calls, StartSteps kind, ILogger<StartCommand> log)
{
    /// <param name="context">The call.</param>
    /// <param name="name">Name of the failback.</param>
    /// <param name="wish">What is asked for.</param>
    /// <param name="condition">Revision that the caller has seen.</param>
    public Task<IResult> AnswerAsync(HttpContext context, string name, StartWish wish, Precondition condition) =>
        calls.AnswerAsync(context, kind, name, () => (Allowed(name, wish, condition), wish), answer =>
        {
            var started = (StartAnswer)answer!;
            context.Response.Headers.ETag = $"\"{started.Revision}\"";
            return TypedResults.Ok(started);
        });

    private FailbackRecord Allowed(string name, StartWish wish, Precondition condition)
    {
        FailbackRecord failback = store.Require(name);
        condition.Check(failback);
        if (failback.State == RunState.Paused)
            throw new ApiException(409, "paused", $"failback {name} is paused", "call resume");
        if (wish.Skip is { Length: < 5 })
            throw new ApiException(
                422, "reason_missing", "skip needs a reason of at least 5 characters", "say why: ?skip=<reason>; it is logged");
        if (wish.Codes is not null && wish.Skip is null)
            throw new ApiException(422, "reason_missing", "codes are left out for a reason only", "say why: ?skip=<reason>&codes=<codes>");
        FailbackDefinition definition = failback.Definition.Open(box);
        // Defined by a release that knew no tokens.
        if (failback.WebhookToken is null && tokens.For(definition, null) is { } first)
            failback = store.Save(failback with { WebhookToken = first });
        ControlLog.StartingReplicator(log, name);
        ControlLog.StagingName(log, failback.StagingSchema, name);
        if (wish.Skip is not null) ControlLog.PreflightSkipped(log, name, wish.Codes ?? "all", wish.Skip);
        return failback;
    }
}
