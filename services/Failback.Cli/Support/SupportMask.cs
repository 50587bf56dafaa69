using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Failback.Cli.Support;

/// <summary>
/// Decides what of an answer may leave the house, by a list of what may: numbers, flags, and texts of the members that are named here.
/// Every other text becomes <c>***</c>, so that a member of a later release is not shown until someone has decided so. What people and
/// servers write as sentences is shown without what looks like a credential.
/// </summary>
internal sealed partial class SupportMask(IReadOnlyCollection<string> secrets)
{
    private const string Mask = "***";
    private const int ShortestSecret = 6;
    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;

    /// <summary>Words, names of tables and schemas, timestamps: texts that are shown as they are.</summary>
    private static readonly HashSet<string> Shown = new(StringComparer.Ordinal)
    {
        "name", "revision", "state", "activity", "condition", "dialect", "stagingSchema", "createdAt", "updatedAt", "receivedResolved",
        "appliedResolved", "table", "queue", "resolved", "lastReportAt", "jobId", "status", "cursor", "highWater", "checkedAt", "code",
        "type", "at", "id", "since", "replica", "reportedAt", "unknownColumns", "absentColumns", "kind", "failback", "finishedAt",
        "updated",
        "errorClass", "errorCode", "changedAt", "schemaFilter", "tableFilter", "tableExclusionFilter", "mode", "bestEffortWindow",
        "onUnknownTable", "onBadRow", "webhookAuth", "min_checkpoint_frequency", "minCheckpointFrequency", "initial_scan", "initialScan",
        "level", "time", "service", "logger", "sha256", "process", "instance",
    };

    /// <summary>Sentences.</summary>
    private static readonly HashSet<string> Said = new(StringComparer.Ordinal)
    {
        "message", "error", "lastError", "runningStatus", "checkError", "step", "detail", "remedy", "what", "next", "exception", "title",
        "description",
    };

    /// <summary>Members that are connection URLs in a definition, and names of tables in a mapping.</summary>
    private static readonly HashSet<string> Places = new(StringComparer.Ordinal) { "source", "target" };

    private readonly string[] _secrets = [.. secrets.Where(secret => secret.Length >= ShortestSecret).OrderByDescending(s => s.Length)];

    /// <summary>Returns a copy that holds only what may be shown.</summary>
    public JsonNode? Of(JsonNode? node) => Of(node, "", isMapping: false);

    /// <summary>Returns a sentence without what looks like a credential.</summary>
    public string Sentence(string text)
    {
        foreach (string secret in _secrets) text = text.Replace(secret, Mask, StringComparison.Ordinal);
        text = Credentials().Replace(text, "${scheme}***@");
        text = Parameter().Replace(text, "${name}=***");
        text = Named().Replace(text, "${name}${between}***");
        return Token().Replace(text, Mask);
    }

    private JsonNode? Of(JsonNode? node, string member, bool isMapping)
    {
        switch (node)
        {
            case JsonObject members:
                // Of a script, source is its text; where a target or a table stands beside it, it is the name of a table.
                bool named = members.ContainsKey("target") || members.ContainsKey("table");
                return new JsonObject(members.Select(pair => KeyValuePair.Create(pair.Key, Of(pair.Value, pair.Key, named))));
            case JsonArray list:
                return new JsonArray([.. list.Select(item => Of(item, member, isMapping))]);
            case JsonValue value when value.TryGetValue(out string? text):
                return Text(text, member, isMapping);
            default:
                return node?.DeepClone();
        }
    }

    private string Text(string text, string member, bool isMapping)
    {
        if (Said.Contains(member)) return Sentence(text);
        if (Places.Contains(member) && text.Contains("://", StringComparison.Ordinal)) return Address(text);
        if (Places.Contains(member)) return isMapping ? Sentence(text) : Mask;
        return Shown.Contains(member) ? Sentence(text) : Mask;
    }

    // Kind, host, port and database of a connection say what support needs.
    private static string Address(string url) => Url().Match(url) is { Success: true } parts
        ? $"{parts.Groups["scheme"].Value}://***@{parts.Groups["host"].Value}{(url.Contains('?', StringComparison.Ordinal) ? "?***" : "")}"
        : Mask;

    // Everything up to the last @ before the query belongs to the credentials: a password may hold an unescaped one.
    [GeneratedRegex(@"^(?<scheme>[a-z][a-z0-9+.-]*)://(?:[^?]*@)?(?<host>[a-z0-9.:\[\]_-]+(?:/[a-z0-9_.#$%-]*)?)(?:\?.*)?$", Options, 1000)]
    private static partial Regex Url();

    [GeneratedRegex(@"(?<scheme>[a-z][a-z0-9+.-]*://)[^\s""'<>?]*@", Options, 1000)]
    private static partial Regex Credentials();

    [GeneratedRegex(@"(?<name>[?&;][a-z0-9_.%-]{1,64})=[^\s""'&;]*", Options, 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex(
        @"(?<name>\b[a-z_]*(?:passw(?:or)?d|pwd|passphrase|secret|token|api_?key|private_?key|client_?key|credentials?|authorization))"
            + @"(?<between>""?\s*[=:]\s*\\?""?(?:bearer\s+|basic\s+)?)[^\s""',;\\]+",
        Options, 1000)]
    private static partial Regex Named();

    // Bearer tokens, ours, signed ones, keys in PEM, and long random text such as a key in base64 or hex.
    [GeneratedRegex(
        @"(?<=\bbearer\s)\S+|\bfbt_[a-z0-9_-]+|\beyJ[a-z0-9_-]{8,}\.[a-z0-9_-]+\.[a-z0-9_-]*|"
            + @"-----BEGIN[^-]*-----[\s\S]*?(?:-----END[^-]*-----|$)|"
            + @"(?<![a-z0-9+/_-])(?=[a-z0-9+/_-]*[0-9])(?=[a-z0-9+/_-]*[a-z])[a-z0-9+/_-]{32,}={0,2}",
        Options, 1000)]
    private static partial Regex Token();
}
