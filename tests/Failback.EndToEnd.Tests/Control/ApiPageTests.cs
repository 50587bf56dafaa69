using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Control;

/// <summary>The API document and the page that shows it, as control serves them.</summary>
public sealed partial class ApiPageTests : IAsyncLifetime
{
    private ControlHarness _control = null!;

    public async ValueTask InitializeAsync() => _control = await ControlHarness.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        if (_control is not null) await _control.DisposeAsync();
    }

    [Fact]
    public async Task Every_call_is_described_to_the_last_parameter()
    {
        JsonNode document = (await Answer.OfAsync(_control, HttpMethod.Get, "/openapi/v1.json")).Body;
        Assert.StartsWith("3.1", (string?)document["openapi"], StringComparison.Ordinal);
        var gaps = new List<string>();
        int calls = 0;
        foreach ((string path, JsonNode? methods) in document["paths"]!.AsObject())
        {
            foreach ((string method, JsonNode? call) in methods!.AsObject())
            {
                calls++;
                gaps.AddRange(Gaps(call!, method).Select(gap => $"{method} {path}: {gap}"));
            }
        }

        Assert.True(calls > 20, $"{calls} calls");
        Assert.Empty(gaps);
    }

    [Fact]
    public async Task The_page_consists_of_what_control_serves()
    {
        using HttpResponseMessage answer = await _control.Client.GetAsync(new Uri("/docs", UriKind.Relative));
        string page = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        string[] parts = [.. Part().Matches(page).Select(match => match.Groups["url"].Value)];
        Assert.NotEmpty(parts);
        foreach (string part in parts)
        {
            var url = new Uri(answer.RequestMessage!.RequestUri!, part);
            Assert.Equal(_control.Url.Authority, url.Authority);
            using HttpResponseMessage served = await _control.Client.GetAsync(url);
            Assert.True(served.IsSuccessStatusCode, $"{url}: {served.StatusCode}");
        }
    }

    [Fact]
    public async Task A_browser_shows_the_page_and_asks_nobody_but_control()
    {
        Assert.SkipWhen(
            BrowserPage.Program is null, "there is no Chromium here: set FAILBACK_TEST_BROWSER to one, or apt-get install chromium");
        await using BrowserPage page = await BrowserPage.OpenAsync(BrowserPage.Program!, Path.Combine(_control.Folder, "browser"));
        await page.GoAsync(new Uri(_control.Url, "/docs"));
        string text = "";
        await Wait.UntilAsync(
            async () => (text = (string?)await page.EvaluateAsync("document.body?.innerText ?? ''") ?? "").Contains(
                "Create or replace a definition", StringComparison.Ordinal) && text.Contains("Failback control", StringComparison.Ordinal),
            TimeSpan.FromSeconds(40),
            () => $"not rendered: {text[..Math.Min(2000, text.Length)]}\n{string.Join('\n', page.Asked)}");
        Assert.Contains(new Uri(_control.Url, "/openapi/v1.json"), page.Asked);
        Assert.Equal([], Elsewhere(page));

        // The same eyes would have seen another host.
        await page.EvaluateAsync("fetch('https://elsewhere.example/font').catch(() => 'refused')");
        Assert.Equal(["https://elsewhere.example/font"], Elsewhere(page));
    }

    private string[] Elsewhere(BrowserPage page) =>
        [.. page.Asked.Where(address => address.Scheme is not ("data" or "blob" or "about") && address.Authority != _control.Url.Authority)
            .Select(address => address.ToString())];

    private static IEnumerable<string> Gaps(JsonNode call, string method)
    {
        if (((string?)call["summary"] ?? "").Length == 0) yield return "no summary";
        if (((string?)call["description"] ?? "").Length == 0) yield return "no description";
        JsonArray parameters = call["parameters"]?.AsArray() ?? [];
        foreach (JsonNode? parameter in parameters)
        {
            if (parameter!["description"] is null || parameter["example"] is null)
                yield return $"parameter {parameter["name"]} without description or example";
        }

        if (method != "get" && !parameters.Any(parameter => (string?)parameter!["name"] == "Idempotency-Key"))
            yield return "no Idempotency-Key";
        foreach ((string type, JsonNode? body) in call["requestBody"]?["content"]?.AsObject() ?? [])
        {
            if (body!["example"] is null || body["schema"] is null) yield return $"body {type} without schema or example";
        }

        foreach ((string status, JsonNode? answer) in call["responses"]!.AsObject())
        {
            if (((string?)answer!["description"] ?? "").Length < 5) yield return $"answer {status} without description";
            if (status is "204") continue;
            JsonObject content = answer["content"]?.AsObject() ?? [];
            if (content.Count == 0) yield return $"answer {status} without content";
            foreach ((string type, JsonNode? body) in content)
            {
                if (body!["schema"] is null || (body["example"] is null && type != "text/event-stream"))
                    yield return $"answer {status} {type} without schema or example";
            }
        }
    }

    [GeneratedRegex(@"<(?:script|link|img)[^>]*\b(?:src|href)=""(?<url>[^""]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Part();
}
