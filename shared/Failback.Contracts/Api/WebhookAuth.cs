namespace Failback.Contracts.Api;

/// <summary>What a changefeed shows to the sink.</summary>
public enum WebhookAuth
{
    /// <summary>A token that control makes for the failback.</summary>
    Token,

    /// <summary>What the definition gives.</summary>
    Header,

    /// <summary>Nothing but a client certificate, if it has one.</summary>
    None,
}
