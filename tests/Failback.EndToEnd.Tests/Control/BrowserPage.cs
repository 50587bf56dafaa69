using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Control;

/// <summary>
/// A page in Chromium, driven by the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/): every address that it asks
/// for is written down.
/// </summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _answers = [];
    private readonly ConcurrentQueue<Uri> _asked = [];
    private readonly Process _browser;
    private readonly ClientWebSocket _tools = new();
    private Task _reading = Task.CompletedTask;
    private int _commands;

    private BrowserPage(Process browser) => _browser = browser;

    /// <summary>Path of the browser, Chromium or a relative; null: there is none here.</summary>
    public static string? Program =>
        ((string?[])[
            Environment.GetEnvironmentVariable("FAILBACK_TEST_BROWSER"), "/usr/bin/chromium", "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    /// <summary>Addresses that the page has asked for so far, by whatever protocol.</summary>
    public IReadOnlyList<Uri> Asked => [.. _asked];

    /// <summary>Starts the browser with an empty page.</summary>
    /// <param name="program">The browser.</param>
    /// <param name="folder">For its profile.</param>
    public static async Task<BrowserPage> OpenAsync(string program, string folder)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])
            ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                "--disable-component-update", "--no-first-run",
             "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--remote-debugging-port=0", $"--user-data-dir={folder}",
                 "about:blank"]) start.ArgumentList.Add(argument);
        var page = new BrowserPage(Process.Start(start)!);
        page._browser.OutputDataReceived += static (_, _) => { };
        page._browser.ErrorDataReceived += static (_, _) => { };
        page._browser.BeginOutputReadLine();
        page._browser.BeginErrorReadLine();
        try
        {
            await page.ConnectAsync(Path.Combine(folder, "DevToolsActivePort"));
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    public Task GoAsync(Uri address) => CommandAsync("Page.navigate", new JsonObject { ["url"] = address.ToString() });

    /// <summary>Value of an expression in the page, a promise awaited.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression) =>
        (await CommandAsync(
            "Runtime.evaluate",
            new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true }))["result"]?["value"];

    public async ValueTask DisposeAsync()
    {
        _tools.Abort();
        await _reading;
        _tools.Dispose();
        if (!_browser.HasExited) _browser.Kill(entireProcessTree: true);
        await _browser.WaitForExitAsync();
        _browser.Dispose();
    }

    private async Task ConnectAsync(string portFile)
    {
        string[] lines = [];
        await Wait.UntilAsync(
            () => Task.FromResult(File.Exists(portFile) && (lines = File.ReadAllLines(portFile)).Length >= 2), Patience,
            () => "the browser opens no port");
        using var client = new HttpClient();
        JsonNode pages = JsonNode.Parse(await client.GetStringAsync(new Uri($"http://127.0.0.1:{lines[0]}/json/list")))!;
        string address = (string)pages.AsArray().First(one => (string?)one!["type"] == "page")!["webSocketDebuggerUrl"]!;
        await _tools.ConnectAsync(new Uri(address), CancellationToken.None);
        _reading = ReadAsync();
        await CommandAsync("Network.enable", []);
        await CommandAsync("Page.enable", []);
    }

    private async Task<JsonNode> CommandAsync(string method, JsonObject parameters)
    {
        int id = Interlocked.Increment(ref _commands);
        var answer = _answers[id] = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] message = System.Text.Encoding.UTF8.GetBytes(
            new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString());
        await _tools.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return await answer.Task.WaitAsync(Patience);
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        while (_tools.State == WebSocketState.Open)
        {
            try
            {
                ValueWebSocketReceiveResult part = await _tools.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                Take(JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!);
                message.SetLength(0);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Take(JsonNode message)
    {
        if (message["id"] is { } id && _answers.TryRemove((int)id, out TaskCompletionSource<JsonNode>? answer))
            answer.SetResult(message["result"] ?? new JsonObject());
        string? address = (string?)message["method"] switch
        {
            "Network.requestWillBeSent" => (string?)message["params"]!["request"]!["url"],
            "Network.webSocketCreated" => (string?)message["params"]!["url"],
            _ => null,
        };
        if (address is not null) _asked.Enqueue(new Uri(address));
    }
}
