namespace Failback.Contracts.Api;

/// <summary>A new token of a webhook.</summary>
/// <param name="Token">The token, shown this once; null where control puts it into the changefeed itself.</param>
/// <param name="Next">What to do for it to be used.</param>
public sealed record WebhookTokenAnswer(string? Token, string Next);
