using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Failback.Cli;

/// <summary>The REST API of control.</summary>
internal sealed class ControlApi : IDisposable
{
    private readonly HttpClient _client;

    public ControlApi(Uri url, string token)
    {
        _client = new HttpClient { BaseAddress = new Uri(url, "/api/v1/"), Timeout = TimeSpan.FromSeconds(100) };
        if (token.Length > 0) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <exception cref="ApiException">Refused, or control does not answer.</exception>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using HttpResponseMessage answer = await _client.SendAsync(request, cancellationToken);
            string text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode) throw Problem((int)answer.StatusCode, text);
            return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Unreachable(e);
        }
    }

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    public Task<JsonNode> PostAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, path, null, cancellationToken);

    /// <summary>Server-sent events of a failback, each its resource.</summary>
    public async IAsyncEnumerable<JsonNode> EventsAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await OpenAsync($"failbacks/{name}/events", cancellationToken);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal)) yield return JsonNode.Parse(line["data:".Length..])!;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            HttpResponseMessage answer = await _client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer) throw Problem((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(e);
        }
    }

    private ApiException Unreachable(Exception e) => new(
        ExitCodes.Unreachable, "control_unreachable", $"control at {_client.BaseAddress!.GetLeftPart(UriPartial.Authority)} does not answer: {e.GetBaseException().Message}",
        "start it (./run.sh up), or name it with --url or FAILBACK_CONTROL_URL");

    private static ApiException Problem(int status, string text)
    {
        try
        {
            if (JsonNode.Parse(text) is JsonObject problem)
                return new ApiException(ExitCodes.Refused, (string?)problem["code"] ?? $"{status}", Detail(problem), (string?)problem["remedy"] ?? "");
        }
        catch (JsonException)
        {
            // Not from control: a proxy, or another program on its port.
        }

        return new ApiException(ExitCodes.Refused, $"{status}", $"the answer was {status} and not from control", "check --url");
    }

    private static string Detail(JsonObject problem)
    {
        string detail = (string?)problem["detail"] ?? (string?)problem["title"] ?? "refused";
        return problem["errors"] is JsonArray { Count: > 1 } errors
            ? string.Join("; ", errors.Select(error => $"{error!["field"]}: {error["message"]}"))
            : detail;
    }
}
