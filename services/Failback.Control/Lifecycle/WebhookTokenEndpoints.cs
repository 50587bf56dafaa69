using Failback.Contracts.Api;
using Failback.Control.Access;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Fleet;
using Failback.Control.Registry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Failback.Control.Lifecycle;

/// <summary>Renewing and revoking the token of a failback's webhook.</summary>
internal static class WebhookTokenEndpoints
{
    public static RouteGroupBuilder MapWebhookTokens(this RouteGroupBuilder group)
    {
        group.MapPost("/{name}/webhook-token", RenewAsync).Requires(Role.Admin).WithSummary("A new token for the webhook")
            .WithDescription("The former stays valid until it is revoked; start, which makes a managed changefeed anew, does that.")
            .Problems("no_such_failback", "no_own_token", "secrets_key");
        group.MapDelete("/{name}/webhook-token/former", RevokeAsync).Requires(Role.Admin)
            .WithSummary("Revoke the former token of the webhook")
            .WithDescription("Changefeeds that still show it are refused from then on.").Problems("no_such_failback");
        return group;
    }

    private static async Task<Ok<WebhookTokenAnswer>> RenewAsync(
        string name, FailbackStore store, WebhookTokens tokens, Announcer announcer, CommandLocks locks,
        CancellationToken cancellationToken)
    {
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord failback = store.Require(name);
        ChangefeedDefinition feed = failback.Definition.Shown.Changefeed;
        if (feed.WebhookAuth != WebhookAuth.Token)
            throw new ApiException(
                409, "no_own_token", "the definition says what the changefeed shows",
                "PUT the definition with changefeed.webhookAuth \"token\", or with another webhookAuthHeader");
        failback = store.Save(failback with { WebhookToken = tokens.Renew(failback) });
        await announcer.TellAsync(failback, cancellationToken);
        return TypedResults.Ok(feed.Managed
            ? new WebhookTokenAnswer(
                null, "call start: the changefeed is made anew with it from where it is, and the former token is revoked")
            : new WebhookTokenAnswer(
                tokens.Open(failback),
                $"create the changefeed WITH webhook_auth_header='Bearer <token>', then DELETE "
                    + $"/api/v1/failbacks/{name}/webhook-token/former"));
    }

    private static async Task<NoContent> RevokeAsync(
        string name, FailbackStore store, Announcer announcer, CommandLocks locks, CancellationToken cancellationToken)
    {
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord failback = store.Require(name);
        if (failback.WebhookToken is { Former: not null } token)
            await announcer.TellAsync(store.Save(failback with { WebhookToken = token with { Former = null } }), cancellationToken);
        return TypedResults.NoContent();
    }
}
