using System.Text.Json.Serialization;

namespace Failback.Control.Registry;

/// <summary>The bearer token of a failback's webhook.</summary>
/// <param name="Sealed">The token, sealed; null where the definition gives it.</param>
/// <param name="Hash">Its hash, for the sinks; null for a signed token, which they check themselves.</param>
/// <param name="Former">Hash of the one before, valid until it is revoked: a changefeed may still show it.</param>
internal sealed record WebhookToken(string? Sealed, string? Hash, string? Former)
{
    /// <summary>Every hash that is valid.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Hashes => [.. ((string?[])[Hash, Former]).OfType<string>()];
}
