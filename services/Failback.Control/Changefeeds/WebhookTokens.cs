using Failback.Contracts.Api;
using Failback.Control.Registry;
using Failback.Hosting.Secrets;
using Failback.Hosting.Security;

namespace Failback.Control.Changefeeds;

/// <summary>
/// Makes, renews and forgets the tokens that changefeeds show to the sink. Sinks know hashes only; the token is stored sealed, for the
/// statement that creates the feed.
/// </summary>
internal sealed class WebhookTokens(SecretBox box)
{
    /// <summary>The token that a definition asks for; what was valid before stays so, since a feed may still show it.</summary>
    public WebhookToken? For(FailbackDefinition definition, WebhookToken? before)
    {
        switch (definition.Changefeed.WebhookAuth)
        {
            case WebhookAuth.Token:
                return before?.Sealed is not null ? before : New(before?.Hash);
            case WebhookAuth.Header:
                string token = BearerTokens.FromHeader(definition.Changefeed.WebhookAuthHeader)!;
                string? hash = JwtVerifier.LooksLikeOne(token) ? null : BearerTokens.Hash(token);
                return new WebhookToken(null, hash, before?.Hash == hash ? before?.Former : before?.Hash);
            default:
                return before?.Hash is { } former ? new WebhookToken(null, null, former) : null;
        }
    }

    /// <summary>A new token in the place of the present one.</summary>
    public WebhookToken Renew(FailbackRecord failback) => New(failback.WebhookToken?.Hash);

    /// <summary>The token itself; null where the definition gives it, or there is none.</summary>
    public string? Open(FailbackRecord failback) => failback.WebhookToken?.Sealed is { } text ? box.Open(text) : null;

    /// <summary>Value of <c>webhook_auth_header</c>; null: the feed shows nothing.</summary>
    public string? Header(FailbackRecord failback, FailbackDefinition definition) =>
        definition.Changefeed.WebhookAuth == WebhookAuth.Header
        ? definition.Changefeed.WebhookAuthHeader
        : Open(failback) is { } token
        ? "Bearer " + token
        : null;

    private WebhookToken New(string? former)
    {
        string token = BearerTokens.Create();
        return new WebhookToken(box.Seal(token), BearerTokens.Hash(token), former);
    }
}
