using System.Text.Json.Nodes;
using Xunit;

namespace Failback.EndToEnd.Tests.Control;

/// <summary>Holds every refusal that a test meets against the API document: it states the code at this call, under this status.</summary>
internal static class DocumentedRefusals
{
    private static readonly SemaphoreSlim Turn = new(1, 1);
    private static JsonNode? _document;

    public static async Task CheckAsync(HttpClient client, HttpMethod method, Uri address, int status, JsonNode body)
    {
        if (status < 400 || (string?)body["code"] is not { } code) return;
        string path = new Uri(client.BaseAddress!, address).AbsolutePath;
        JsonObject? call = (await DocumentAsync(client))["paths"]!.AsObject().Where(known => Fits(known.Key, path))
            .OrderBy(known => known.Key.Count(c => c == '{')).FirstOrDefault().Value?.AsObject();
        if (call is null || call[method.Method.ToLowerInvariant()] is not { } described)
        {
            Assert.Contains(code, (string[])["not_found", "method_not_allowed", "unauthorized"]);
            return;
        }

        string text = (string?)described["responses"]?[$"{status}"]?["description"] ?? "";
        Assert.True(
            text.Contains($"`{code}`", StringComparison.Ordinal),
            $"the document does not say that {method} {path} may answer {status} {code}");
    }

    private static bool Fits(string template, string path)
    {
        (string[] wanted, string[] there) = (template.Split('/'), path.Split('/'));
        return wanted.Length == there.Length && wanted.Zip(there).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }

    private static async Task<JsonNode> DocumentAsync(HttpClient client)
    {
        await Turn.WaitAsync();
        try
        {
            return _document ??= JsonNode.Parse(await client.GetStringAsync(new Uri(client.BaseAddress!, "/openapi/v1.json")))!;
        }
        finally
        {
            Turn.Release();
        }
    }
}
