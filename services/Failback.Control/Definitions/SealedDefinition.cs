using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Hosting.Secrets;

namespace Failback.Control.Definitions;

/// <summary>A definition as stored: JSON with masked secrets, and the sealed secrets beside it.</summary>
/// <param name="Shown">Definition with masked secrets, the form that is shown.</param>
/// <param name="Sealed">Sealed <see cref="DefinitionSecrets"/>.</param>
internal sealed record SealedDefinition(FailbackDefinition Shown, string Sealed)
{
    public static SealedDefinition Close(FailbackDefinition definition, SecretBox box)
    {
        // Every field that is masked below must be sealed here, or the secret would be lost.
        var secrets = new DefinitionSecrets(
            definition.Source, definition.Target, definition.Changefeed.Overrides.SinkQueryParameters,
            definition.Changefeed.WebhookAuthHeader);
        return new SealedDefinition(Masked(definition), box.Seal(JsonSerializer.Serialize(secrets)));
    }

    public FailbackDefinition Open(SecretBox box)
    {
        DefinitionSecrets secrets = JsonSerializer.Deserialize<DefinitionSecrets>(box.Open(Sealed))!;
        return With(Shown, secrets.Source, secrets.Target, secrets.SinkQueryParameters, secrets.WebhookAuthHeader);
    }

    private static FailbackDefinition Masked(FailbackDefinition definition) => With(
        definition,
        definition.Source is { } source ? SecretUrl.Redact(source) : null,
        SecretUrl.Redact(definition.Target),
        definition.Changefeed.Overrides.SinkQueryParameters is { } query ? SecretUrl.RedactQuery(query) : null,
        definition.Changefeed.WebhookAuthHeader is null ? null : SecretUrl.Mask);

    private static FailbackDefinition With(FailbackDefinition definition, string? source, string target, string? query, string? header) =>
        definition with
        {
            Source = source,
            Target = target,
            Changefeed = definition.Changefeed with
            {
                WebhookAuthHeader = header,
                Overrides = definition.Changefeed.Overrides with { SinkQueryParameters = query }
            },
        };
}

/// <summary>The parts of a definition that hold secrets.</summary>
internal sealed record DefinitionSecrets(string? Source, string Target, string? SinkQueryParameters, string? WebhookAuthHeader = null);
