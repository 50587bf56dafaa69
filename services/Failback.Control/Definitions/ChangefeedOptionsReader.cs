using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Failback.Contracts.Api;
using Failback.Hosting.Secrets;
using Failback.Hosting.Security;

namespace Failback.Control.Definitions;

/// <summary>Reads the changefeed part of a definition.</summary>
internal static partial class ChangefeedOptionsReader
{
    public static ChangefeedDefinition Read(ObjectReader reader, ChangefeedDefinition? stored)
    {
        var feed = new ChangefeedDefinition
        {
            Managed = reader.Flag("managed") ?? true,
            Cursor = reader.Text("cursor", CursorProblem),
            WebhookPath = reader.Text("webhookPath", PathProblem),
            WebhookAuth = reader.OptionalChoice<WebhookAuth>("webhookAuth")
                ?? (reader.Text("webhookAuthHeader") is null ? WebhookAuth.Token : WebhookAuth.Header),
            WebhookAuthHeader = ReadHeader(reader, stored),
            Overrides = reader.Object("overrides") is { } overrides
                ? ReadOverrides(overrides, stored?.Overrides)
                : new ChangefeedOverrides(),
        };
        if (feed.WebhookAuth == WebhookAuth.Header != (reader.Text("webhookAuthHeader") is not null))
            reader.Fail("webhookAuthHeader", "goes with webhookAuth \"header\"");
        reader.RefuseUnknown();
        return feed;
    }

    private static string? ReadHeader(ObjectReader reader, ChangefeedDefinition? stored)
    {
        const string name = "webhookAuthHeader";
        if (reader.Text(name) is not { } text) return null;
        string? header = text == SecretUrl.Mask ? stored?.WebhookAuthHeader : text;
        if (header is null) reader.Fail(name, "*** stands for a stored header, but none is stored: give it");
        else if (BearerTokens.FromHeader(header) is null || header.Any(char.IsControl)) reader.Fail(name, "must be Bearer and a token");
        else return header;
        return null;
    }

    private static ChangefeedOverrides ReadOverrides(ObjectReader reader, ChangefeedOverrides? stored)
    {
        var overrides = new ChangefeedOverrides
        {
            Host = reader.Text("host", HostProblem),
            Port = reader.Number("port", 1, 65535),
            SinkQueryParameters = ReadParameters(reader, stored?.SinkQueryParameters),
            Resolved = reader.Text("resolved", DurationProblem),
            MinCheckpointFrequency = reader.Text("min_checkpoint_frequency", DurationProblem),
            InitialScan = reader.Text("initial_scan", text => text is "yes" or "no" or "only" ? null : "must be one of yes, no, only"),
            WebhookSinkConfig = ReadSinkConfig(reader),
        };
        reader.RefuseUnknown();
        return overrides;
    }

    private static string? ReadParameters(ObjectReader reader, string? stored)
    {
        const string name = "sink_query_parameters";
        if (reader.Text(name) is not { } text) return null;
        if (SecretUrl.RestoreQuery(text, stored) is not { } full)
        {
            reader.Fail(name, "*** stands for a stored secret, but the rest differs from what is stored: give the whole text");
            return null;
        }

        // Documented with commas, used with ampersands: both are accepted. Certificates are percent-encoded and contain neither.
        string query = CommaBeforeName().Replace(full.TrimStart('?'), "&");
        if (query.Length == 0 || QueryForm().IsMatch(query)) return query;
        reader.Fail(name, "must be name=value pairs joined by &, values percent-encoded");
        return null;
    }

    // CockroachDB refuses Bytes or Messages without Frequency. The published default has no Frequency, so it is added, as the
    // migration tool does. https://www.cockroachlabs.com/docs/stable/changefeed-sinks
    private static string? ReadSinkConfig(ObjectReader reader)
    {
        const string name = "webhook_sink_config";
        if (reader.TextOrObject(name) is not { } text) return null;
        try
        {
            if (JsonNode.Parse(text) is JsonObject config)
            {
                if (config["Flush"] is JsonObject flush && (flush.ContainsKey("Bytes") || flush.ContainsKey("Messages"))
                    && !flush.ContainsKey("Frequency")) flush["Frequency"] = "1s";
                return config.ToJsonString(ApiJson.Options);
            }
        }
        catch (JsonException)
        {
            reader.Fail(name, "is not JSON");
            return null;
        }

        reader.Fail(name, "must hold a JSON object such as {\"Flush\":{\"Bytes\":1048576,\"Frequency\":\"1s\"}}");
        return null;
    }

    private static string? CursorProblem(string text) =>
        text.Length is > 0 and <= 100 && !text.Any(char.IsControl)
        ? null
        : "must be an HLC timestamp (SELECT cluster_logical_timestamp()), a time or a negative interval";

    private static string? PathProblem(string text) =>
        text.Length <= 500 && PathForm().IsMatch(text)
        ? null
        : "must be an absolute path of letters, digits and -._~%/, such as /migration_db/migration_schema";

    private static string? HostProblem(string text) =>
        Uri.CheckHostName(text.Trim('[', ']')) == UriHostNameType.Unknown
        ? "must be a host name or an address, without scheme and port"
        : null;

    private static string? DurationProblem(string text) => Duration.TryParse(text, out _) ? null : "must be " + Duration.Expected;

    [GeneratedRegex(@",(?=[A-Za-z_]+=)", RegexOptions.None, 1000)]
    private static partial Regex CommaBeforeName();

    [GeneratedRegex(@"\A[A-Za-z_]+=[^&\s'""#]*(?:&[A-Za-z_]+=[^&\s'""#]*)*\z", RegexOptions.None, 1000)]
    private static partial Regex QueryForm();

    [GeneratedRegex(@"\A(?:/[A-Za-z0-9\-._~%]+)+/?\z", RegexOptions.None, 1000)]
    private static partial Regex PathForm();
}
