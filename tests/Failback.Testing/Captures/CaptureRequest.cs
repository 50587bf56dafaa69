using System.Text.Json;
using Failback.Contracts;

namespace Failback.Testing.Captures;

/// <summary>One request of a capture.</summary>
/// <param name="Sequence">Number of the request in the capture.</param>
/// <param name="Path">Path it was posted to.</param>
/// <param name="Body">Body as sent.</param>
/// <param name="Status">Status of the answer; 0: the connection was closed without one.</param>
/// <param name="Rows">Rows in the body; 0 for a resolved message.</param>
/// <param name="Keys">Topic and key of every row, in order.</param>
/// <param name="Resolved">Timestamp of a resolved message.</param>
public sealed record CaptureRequest(
    int Sequence, string Path, string Body, int Status, int Rows, IReadOnlyList<string> Keys, HlcTimestamp? Resolved)
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    /// <summary>Parses a line; returns null for the notes between requests.</summary>
    public static CaptureRequest? Parse(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        if (!document.RootElement.TryGetProperty("body", out JsonElement text)) return null;
        string body = text.GetString()!;
        JsonElement answer = document.RootElement.GetProperty("answer");
        using JsonDocument content = JsonDocument.Parse(body, Deep);
        List<string> keys = [];
        if (content.RootElement.TryGetProperty("payload", out JsonElement payload))
            keys.AddRange(
                payload.EnumerateArray().Select(r => $"{r.GetProperty("topic").GetString()} {r.GetProperty("key").GetRawText()}"));
        return new CaptureRequest(
            document.RootElement.GetProperty("seq").GetInt32(),
            document.RootElement.GetProperty("path").GetString()!,
            body,
            answer.ValueKind == JsonValueKind.Number ? answer.GetInt32() : 0,
            keys.Count,
            keys,
            content.RootElement.TryGetProperty("resolved", out JsonElement resolved) ? HlcTimestamp.Parse(resolved.GetString()!) : null);
    }
}
