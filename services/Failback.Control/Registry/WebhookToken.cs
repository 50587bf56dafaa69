using System.Text.Json.Serialization;

namespace Failback.Control.Registry;

/// <summary>The bearer token of a failback's webhook.</summary>
/// <param name="Sealed">The sealed token; null when the definition contains it.</param>
/// <param name="Hash">Its hash, for the sinks; null for a signed token, which the sinks verify themselves.</param>
/// <param name="Former">Hash of the previous token, valid until it is revoked: a changefeed may still use it.</param>
internal sealed record WebhookToken(string? Sealed, string? Hash, string? Former)
{
    /// <summary>Every hash that is valid.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Hashes => [.. ((string?[])[Hash, Former]).OfType<string>()];
}
