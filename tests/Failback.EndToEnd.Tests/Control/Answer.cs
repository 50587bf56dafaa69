using System.Text.Json.Nodes;

namespace Failback.EndToEnd.Tests.Control;

/// <summary>An answer with the headers that tests look at.</summary>
internal sealed record Answer(int Status, JsonNode Body, string? Location, bool Replayed, string? Link)
{
    public string? Code => (string?)Body["code"];

    /// <summary>Calls control with further headers.</summary>
    public static async Task<Answer> OfAsync(
        ControlHarness control, HttpMethod method, string path, JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage answer = await control.Client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        JsonNode shown = text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        await DocumentedRefusals.CheckAsync(control.Client, method, request.RequestUri!, (int)answer.StatusCode, shown);
        return new Answer(
            (int)answer.StatusCode,
            shown,
            answer.Headers.Location?.ToString(),
            answer.Headers.Contains("Idempotency-Replayed"),
            answer.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? string.Join(',', links) : null);
    }
}
