namespace Failback.Contracts.Api;

/// <summary>Who creates the changefeed, and how.</summary>
public sealed record ChangefeedDefinition
{
    /// <summary>False: start answers the statement to run by hand.</summary>
    public bool Managed { get; init; } = true;

    /// <summary>Timestamp from which changes are sent; absent: to be taken right before the statement is run.</summary>
    public string? Cursor { get; init; }

    /// <summary>Path of an existing feed to take over; absent: an unguessable one.</summary>
    public string? WebhookPath { get; init; }

    /// <summary>What the feed shows to the sink.</summary>
    public WebhookAuth WebhookAuth { get; init; }

    /// <summary>
    /// With <see cref="WebhookAuth.Header"/>: value of <c>webhook_auth_header</c>, <c>Bearer</c> and a token or signed token of your own.
    /// </summary>
    public string? WebhookAuthHeader { get; init; }

    public ChangefeedOverrides Overrides { get; init; } = new();
}
