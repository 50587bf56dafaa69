using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Failback.Cli.Settings;
using Failback.Contracts.Api;

namespace Failback.Cli.Api;

/// <summary>The REST API of control.</summary>
internal sealed partial class ControlApi : IDisposable
{
    private const int Reconnects = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HttpClient _client;

    public ControlApi(Uri url, string token)
    {
        _client = new HttpClient { BaseAddress = new Uri(url, "/api/v1/"), Timeout = TimeSpan.FromSeconds(100) };
        if (token.Length > 0) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>
    /// Sends a call. One that changes something carries a key of its own, so that it can be sent again when the connection breaks: control
    /// then does it once and gives the first answer.
    /// </summary>
    /// <exception cref="CallFailedException">Refused, or control does not answer.</exception>
    public async Task<Answer<T>> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken) =>
        new((await SendAsync(method, path, body, respondAsync: false, cancellationToken)).Body);

    /// <summary>The same; where control can, it answers at once with the operation that does the work.</summary>
    /// <returns>The answer, or the operation.</returns>
    public async Task<(Answer<T>? Answer, Answer<Operation>? Operation)> BeginAsync<T>(
        HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        (JsonNode answer, bool isOperation) = await SendAsync(method, path, body, respondAsync: true, cancellationToken);
        return isOperation ? (null, new Answer<Operation>(answer)) : (new Answer<T>(answer), null);
    }

    public Task<Answer<T>> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        SendAsync<T>(HttpMethod.Get, path, null, cancellationToken);

    public Task<Answer<T>> PostAsync<T>(string path, CancellationToken cancellationToken) =>
        SendAsync<T>(HttpMethod.Post, path, null, cancellationToken);

    /// <summary>Every entry of a list, page by page.</summary>
    public async IAsyncEnumerable<Answer<T>> ListAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? next = path; next is not null;)
        {
            using HttpResponseMessage answer = await OpenAsync(next, cancellationToken);
            foreach (JsonNode? entry in JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!.AsArray())
                yield return new Answer<T>(entry!);
            next = answer.Headers.TryGetValues("Link", out IEnumerable<string>? links)
                ? NextLink().Match(string.Join(',', links)).Groups["path"].Value
                : "";
            if (next.Length == 0) yield break;
        }
    }

    /// <summary>
    /// Server-sent events of a failback. A broken connection is opened again, and what happened meanwhile comes first; ends with the
    /// failback.
    /// </summary>
    /// <param name="name">The failback.</param>
    /// <param name="types">Which types, separated by commas.</param>
    /// <param name="lastId">Where to go on; empty: from now.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<SseItem<string>> EventsAsync(
        string name, string types, string lastId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int failures = 0; ;)
        {
            HttpResponseMessage? answer = null;
            try
            {
                string after = lastId.Length > 0 ? "&lastEventId=" + lastId : "";
                string path = $"failbacks/{Uri.EscapeDataString(name)}/events?types={Uri.EscapeDataString(types)}{after}";
                answer = await OpenAsync(path, cancellationToken);
            }
            catch (CallFailedException e) when (e.ExitCode == ExitCodes.Unreachable && lastId.Length > 0 && failures < Reconnects)
            {
                failures++;
            }

            if (answer is not null)
            {
                using (answer)
                {
                    SseParser<string> parser = SseParser.Create(await answer.Content.ReadAsStreamAsync(cancellationToken));
                    await using IAsyncEnumerator<SseItem<string>> items = parser.EnumerateAsync(cancellationToken)
                        .GetAsyncEnumerator(cancellationToken);
                    while (await NextAsync(items))
                    {
                        failures = 0;
                        if (parser.LastEventId.Length > 0) lastId = parser.LastEventId;
                        yield return items.Current;
                        if (items.Current.EventType == "deleted") yield break;
                    }
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    // The stream breaks when control ends or the network does.
    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return false;
        }
    }

    private async Task<(JsonNode Body, bool IsOperation)> SendAsync(
        HttpMethod method, string path, object? body, bool respondAsync, CancellationToken cancellationToken)
    {
        string? key = method == HttpMethod.Get ? null : Guid.NewGuid().ToString();
        for (int failures = 0; ; failures++)
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null) request.Content = JsonContent.Create(body, body.GetType(), options: ApiJson.Options);
            if (key is not null) request.Headers.Add("Idempotency-Key", key);
            if (respondAsync) request.Headers.Add("Prefer", "respond-async");
            try
            {
                using HttpResponseMessage answer = await _client.SendAsync(request, cancellationToken);
                string text = await answer.Content.ReadAsStringAsync(cancellationToken);
                if (!answer.IsSuccessStatusCode) throw Problem((int)answer.StatusCode, text);
                return (text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!, answer.StatusCode == HttpStatusCode.Accepted);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ResponseEnded && failures < 1)
            {
                // The answer was lost on its way; asked again, it is given again.
                await Task.Delay(Pause, cancellationToken);
            }
            catch (Exception e)
            when (e is HttpRequestException or JsonException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw Unreachable(e);
            }
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            HttpResponseMessage answer = await _client.GetAsync(
                new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer) throw Problem((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(e);
        }
    }

    private CallFailedException Unreachable(Exception e) => new(
        ExitCodes.Unreachable, "control_unreachable",
        $"control at {_client.BaseAddress!.GetLeftPart(UriPartial.Authority)} does not answer: {e.GetBaseException().Message}",
        "start it (./run.sh up), or name it with --url or FAILBACK_CONTROL_URL")
    { IsPassing = true };

    private static CallFailedException Problem(int status, string text)
    {
        try
        {
            if (JsonSerializer.Deserialize<Refusal>(text, ApiJson.Options) is { } refusal)
                return refusal.ToException($"{status}", ExitCodes.Refused, isPassing: status is 429 or >= 500);
        }
        catch (JsonException)
        {
            // Not from control: a proxy, or another program on its port.
        }

        return new CallFailedException(ExitCodes.Refused, $"{status}", $"the answer was {status} and not from control", "check --url")
        { IsPassing = status is 429 or >= 500 };
    }

    [GeneratedRegex("<(?<path>[^>]+)>; rel=\"next\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NextLink();
}
