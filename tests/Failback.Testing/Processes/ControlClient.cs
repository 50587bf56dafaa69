using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts;

namespace Failback.Testing.Processes;

/// <summary>REST client of control.</summary>
public sealed class ControlClient : IDisposable
{
    private readonly HttpClient _client;

    public ControlClient(Uri control, string token)
    {
        _client = new HttpClient { BaseAddress = new Uri(control, "/api/v1/"), Timeout = TimeSpan.FromSeconds(30) };
        if (token.Length > 0) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Creates or replaces a failback with an unmanaged changefeed.</summary>
    public Task DefineAsync(string name, JsonObject definition) => SendAsync(HttpMethod.Put, $"failbacks/{name}", definition);

    /// <summary>Starts a failback and returns the path of its webhook.</summary>
    public async Task<string> StartAsync(string name)
    {
        StartAnswer answer =
            (await SendAsync(HttpMethod.Post, $"failbacks/{name}/start", null)).Deserialize<StartAnswer>(ApiJson.Options)!;
        return new Uri(answer.WebhookUrl.Replace("webhook-https", "https", StringComparison.Ordinal)).AbsolutePath;
    }

    /// <summary>Calls <c>start</c>, <c>pause</c>, <c>resume</c> or <c>stop</c>.</summary>
    public Task<JsonElement> ActAsync(string name, string action) => SendAsync(HttpMethod.Post, $"failbacks/{name}/{action}", null);

    /// <summary>Returns the resource of a failback.</summary>
    public Task<JsonElement> GetAsync(string name) => SendAsync(HttpMethod.Get, $"failbacks/{name}", null);

    /// <summary>Returns the names of all failbacks.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync() =>
        [.. (await SendAsync(HttpMethod.Get, "failbacks", null)).EnumerateArray()
            .Select(failback => failback.GetProperty("name").GetString()!)];

    /// <summary>Deletes a failback with its queues, in any state.</summary>
    public Task DeleteAsync(string name) => SendAsync(HttpMethod.Delete, $"failbacks/{name}?force=true", null);

    /// <summary>Its tables.</summary>
    public async Task<IReadOnlyList<TableResource>> TablesAsync(string name)
    {
        JsonElement answer = await SendAsync(HttpMethod.Get, $"failbacks/{name}/tables", null);
        return answer.Deserialize<TableResource[]>(ApiJson.Options)!;
    }

    /// <summary>Waits until every table is applied through a timestamp.</summary>
    public async Task WaitAppliedAsync(string name, HlcTimestamp timestamp, TimeSpan timeout)
    {
        string last = "";
        await Wait.UntilAsync(async () =>
        {
            try
            {
                IReadOnlyList<TableResource> tables = await TablesAsync(name);
                last = string.Join('\n', tables);
                return tables.Count > 0 && tables.All(t => t.AppliedThrough >= timestamp);
            }
            catch (Exception e) when (BrokenCall.IsWithoutResult(e))
            {
                last = e.Message;
                return false;
            }
        }, timeout, () => $"{name} is not applied through {timestamp}:\n{last}");
    }

    /// <summary>Waits until every sink runs a version of the userscript.</summary>
    public async Task WaitScriptAsync(string name, long version, TimeSpan timeout)
    {
        string last = "";
        await Wait.UntilAsync(
            async () =>
            {
                JsonElement resource = await GetAsync(name);
                last = resource.ToString();
                return resource.Deserialize<FailbackResource>(ApiJson.Options) is { Script.RunBySinks: [var run] } && run == version;
            },
            timeout,
            () => $"no sink runs version {version} of the userscript:\n{last}");
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Any call below <c>/api/v1/</c>.</summary>
    /// <exception cref="HttpRequestException">The answer was not a success; the message holds its body.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonObject? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage answer = await _client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"{method} {path}: {(int)answer.StatusCode} {text}", null, answer.StatusCode);
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
