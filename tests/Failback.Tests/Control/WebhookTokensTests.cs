using System.Security.Cryptography;
using Failback.Contracts.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Registry;
using Failback.Hosting.Secrets;
using Failback.Hosting.Security;
using Xunit;

namespace Failback.Tests.Control;

public sealed class WebhookTokensTests
{
    private readonly WebhookTokens _tokens = new(new SecretBox(RandomNumberGenerator.GetBytes(32)));

    [Fact]
    public void A_failback_keeps_its_token_and_the_former_one_stays_valid_when_the_definition_gives_another()
    {
        WebhookToken first = _tokens.For(Definition(WebhookAuth.Token), null)!;
        Assert.Equal(first, _tokens.For(Definition(WebhookAuth.Token), first));
        WebhookToken own = _tokens.For(Definition(WebhookAuth.Header, "Bearer my-own-token"), first)!;
        Assert.Equal([BearerTokens.Hash("my-own-token"), first.Hash!], own.Hashes);
        Assert.Equal(own, _tokens.For(Definition(WebhookAuth.Header, "Bearer my-own-token"), own));
        WebhookToken none = _tokens.For(Definition(WebhookAuth.None), own)!;
        Assert.Equal([BearerTokens.Hash("my-own-token")], none.Hashes);
        Assert.Null(_tokens.For(Definition(WebhookAuth.None), null));
    }

    [Fact]
    public void A_signed_token_is_left_to_the_sink_to_judge()
    {
        WebhookToken token = _tokens.For(Definition(WebhookAuth.Header, "Bearer a.b.c"), null)!;
        Assert.Empty(token.Hashes);
    }

    private static FailbackDefinition Definition(WebhookAuth auth, string? header = null) =>
        new() { Target = "postgres://u@h/d", Changefeed = new ChangefeedDefinition { WebhookAuth = auth, WebhookAuthHeader = header } };
}
