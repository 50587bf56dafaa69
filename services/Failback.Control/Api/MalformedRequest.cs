using System.Text.Json;
using System.Text.RegularExpressions;

namespace Failback.Control.Api;

/// <summary>Turns the framework's refusals of a request into those of the API: which part is wrong, never its value.</summary>
internal static partial class MalformedRequest
{
    public static ApiException Of(BadHttpRequestException refused) => refused.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(413, "too_large", "the body is too large", "shorten it"),
        StatusCodes.Status415UnsupportedMediaType => new(
            415, "unsupported_media_type", "the body must be sent as application/json", "send Content-Type: application/json"),
        StatusCodes.Status408RequestTimeout => new(408, "request_timeout", "the request arrived too slowly", "repeat it"),
        _ => new(400, "bad_request", Detail(refused), "compare the request with /openapi/v1.json and repeat it"),
    };

    private static string Detail(BadHttpRequestException refused)
    {
        if (refused.InnerException is JsonException json)
            return json.Path is { Length: > 1 } path && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '$' or '.' or '[' or ']' or '_')
                ? $"the body does not fit the call at {path} (line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1})"
                : $"the body is not what the call takes (line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1})";
        return Parameter().Match(refused.Message) is { Success: true } found
            ? $"{found.Groups["name"].Value} cannot be read as {Kind(found.Groups["type"].Value)}"
            : "the request is malformed, or its body is missing";
    }

    private static string Kind(string type) => type switch
    {
        _ when type.Contains("int", StringComparison.OrdinalIgnoreCase) || type.Contains("long", StringComparison.OrdinalIgnoreCase) =>
            "a whole number",
        _ when type.Contains("bool", StringComparison.OrdinalIgnoreCase) => "true or false",
        _ => "what the call takes there",
    };

    // The message of the framework: Failed to bind parameter "int limit" from "abc".
    [GeneratedRegex("bind parameter \"(?<type>[^\" ]+) (?<name>[A-Za-z]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parameter();
}
