using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Failback.EndToEnd.Tests.Control;
using Failback.Hosting.Security;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Security;

/// <summary>Who may do what at the API of a running control, and what the audit log says of it.</summary>
public sealed class ApiAccessTests
{
    private static readonly string[] Garbage = [
        "%00", "%ff%fe", "..%2f..%2f", "a'b\"c", "🔑", "-1", "99999999999999999999", "null", "%7B%7D"];

    [Fact]
    public async Task Roles_are_kept_every_change_is_audited_and_nothing_malformed_fails_inside()
    {
        await using ControlHarness control = await ControlHarness.CreateAsync(start: false);
        string file = Path.Combine(control.Folder, "tokens");
        (string viewer, string oper) = (BearerTokens.Create(), BearerTokens.Create());
        await File.WriteAllTextAsync(file, $"watcher viewer {BearerTokens.Hash(viewer)}\nnight-shift operator {BearerTokens.Hash(oper)}\n");
        control.Process.Set("Failback__Control__TokensFile", file);
        await control.StartControlAsync();
        await control.FollowAsync("applier-postgres", []);
        await control.ExpectAsync(201, HttpMethod.Put, "failbacks/shop", ControlHarness.Definition());

        Assert.Equal(HttpStatusCode.OK, await CallAsync(control, viewer, "GET", "failbacks/shop"));
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(control, viewer, "POST", "failbacks/shop/stop"));
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(control, viewer, "GET", "failbacks/shop/dead-letters/1"));
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(control, oper, "DELETE", "failbacks/shop"));
        Assert.Equal(HttpStatusCode.Forbidden, await CallAsync(control, oper, "GET", "audit"));
        Assert.Equal(HttpStatusCode.Conflict, await CallAsync(control, oper, "POST", "failbacks/shop/stop"));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(control, BearerTokens.Create(), "DELETE", "failbacks/shop"));

        await AuditAsync(control);
        await FuzzAsync(control);
        await File.WriteAllTextAsync(file, "");
        await Wait.UntilAsync(
            async () => await CallAsync(control, viewer, "GET", "failbacks/shop") == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(20),
            () => control.Process.LogTail());
        string log = await File.ReadAllTextAsync(control.Process.LogFile);
        foreach (string token in (string[])[viewer, oper, ControlHarness.Token])
            Assert.DoesNotContain(token, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_it_serves_this_machine_alone_and_says_so_aloud()
    {
        await using ControlHarness control = await ControlHarness.CreateAsync(start: false);
        control.Process.Set("Failback__Control__ApiToken", "");
        control.Process.Set("Failback__Control__Url", $"http://0.0.0.0:{control.Url.Port}");
        await control.StartControlAsync();
        Assert.Contains("NO API TOKEN", control.Process.LogTail(100), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await VisitAsync(control.Url));
        Assert.Equal(HttpStatusCode.Forbidden, await VisitAsync(control.Url, "Host", "control.example.com"));
        Assert.Equal(HttpStatusCode.Forbidden, await VisitAsync(control.Url, "Origin", "https://elsewhere.example"));
        IPAddress? outside = (await Dns.GetHostAddressesAsync(Dns.GetHostName())).FirstOrDefault(
            address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        if (outside is not null)
            Assert.Equal(HttpStatusCode.Forbidden, await VisitAsync(new UriBuilder(control.Url) { Host = outside.ToString() }.Uri));
    }

    private static async Task<HttpStatusCode> VisitAsync(Uri control, string header = "Accept", string value = "application/json")
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(control, "/api/v1/failbacks"));
        request.Headers.TryAddWithoutValidation(header, value);
        using HttpResponseMessage answer = await client.SendAsync(request);
        if (answer.StatusCode == HttpStatusCode.Forbidden)
            Assert.Contains("\"loopback_only\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        return answer.StatusCode;
    }

    private static async Task AuditAsync(ControlHarness control)
    {
        JsonNode page = await control.ExpectAsync(200, HttpMethod.Get, "audit");
        Assert.True((bool)page["intact"]!);
        (string?, string?, string?, string?)[] lines = [.. page["items"]!.AsArray().Select(item => item!["entry"]!).Select(entry =>
            ((string?)entry["caller"], (string?)entry["method"], (string?)entry["path"], (string?)entry["outcome"]))];
        Assert.Equal(
            [
                ("api-token", "PUT", "/api/v1/failbacks/shop", "begun"), ("api-token", "PUT", "/api/v1/failbacks/shop", "201"),
                ("night-shift", "POST", "/api/v1/failbacks/shop/stop", "begun"),
                ("night-shift", "POST", "/api/v1/failbacks/shop/stop", "409 wrong_state"),
            ],
            lines);
        JsonNode rest = await control.ExpectAsync(200, HttpMethod.Get, "audit?after=2&limit=1");
        Assert.Equal("3", (string?)Assert.Single(rest["items"]!.AsArray())!["number"]);
        Assert.Equal(("3", true), ((string?)rest["next"], (bool)rest["intact"]!));
    }

    // No token of this address fails here: only what is behind the token is asked.
    private static async Task FuzzAsync(ControlHarness control)
    {
        foreach (string text in Garbage)
        {
            foreach (string path in (string[])
                [$"failbacks/{text}", $"failbacks/shop/dead-letters?limit={text}&after={text}&state={text}&olderThan={text}",
                    $"failbacks/shop/dead-letters/{text}", $"failbacks/shop/tables/{text}", $"audit?after={text}"])
            {
                Assert.True((int)await CallAsync(control, ControlHarness.Token, "GET", path) is < 500 or 503, path);
            }

            Assert.InRange((int)await CallAsync(control, ControlHarness.Token, "PUT", $"failbacks/{text}", text), 400, 499);
            Assert.InRange(
                (int)await CallAsync(control, ControlHarness.Token, "POST", $"failbacks/shop/start?skip={text}", ifMatch: text), 400, 499);
        }
    }

    private static async Task<HttpStatusCode> CallAsync(
        ControlHarness control, string token, string method, string path, string? body = null, string? ifMatch = null)
    {
        using var client = new HttpClient { BaseAddress = new Uri(control.Url, "/api/v1/") };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", Uri.EscapeDataString(ifMatch));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        // The server itself refuses paths that are none, without a word.
        if ((int)answer.StatusCode >= 400 && text.Length > 0) Assert.NotNull(JsonNode.Parse(text)!["code"]);
        return answer.StatusCode;
    }
}
