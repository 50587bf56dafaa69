using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Failback.EndToEnd.Tests.Control;
using Failback.EndToEnd.Tests.Sink;
using Failback.Hosting.Security;
using Xunit;

namespace Failback.EndToEnd.Tests.Security;

/// <summary>TLS, signed tokens and limits of calls at the API of a running control, none of which needs a restart.</summary>
public sealed class ControlTlsTests(GuardedControl guarded) : IClassFixture<GuardedControl>
{
    [Fact]
    public async Task A_new_certificate_is_served_without_a_restart_and_a_broken_pair_is_not()
    {
        using HttpClient kept = TlsProbe.Client(guarded.Port, from: 50);
        Assert.Equal(200, (await CallAsync(kept, ControlHarness.Token)).Status);
        Assert.Equal("CN=control.example.com", await TlsProbe.SubjectAsync(guarded.Port));
        guarded.Authority.Server("renewed.example.com").Save(guarded.Control.Folder, "tls");
        await Wait.UntilAsync(async () => await TlsProbe.SubjectAsync(guarded.Port) == "CN=renewed.example.com", Log);
        await File.WriteAllTextAsync(Path.Combine(guarded.Control.Folder, "tls.key"), guarded.Authority.Server().PrivateKey);
        await Wait.UntilAsync(
            async () => await TlsProbe.SubjectAsync(guarded.Port) == "CN=renewed.example.com"
            && Log().Contains("the content from before stays in use", StringComparison.Ordinal), Log);
        Assert.Equal(200, (await CallAsync(kept, ControlHarness.Token)).Status);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task Old_versions_of_TLS_are_refused(byte minor, bool spoken) =>
    Assert.Equal(spoken, await TlsProbe.SpeaksAsync(guarded.Port, minor));

    [Fact]
    public async Task A_signed_token_is_good_for_its_role_until_it_ends_is_revoked_or_its_key_is_taken_away()
    {
        using HttpClient client = TlsProbe.Client(guarded.Port, from: 51);
        string viewer = guarded.Jwt("ada", "failback-viewer");
        Assert.Equal(200, (await CallAsync(client, viewer)).Status);
        Assert.Equal((403, "forbidden"), Short(await CallAsync(client, viewer, HttpMethod.Post, "failbacks/none/start")));
        Assert.Equal(
            (404, "no_such_failback"),
            Short(await CallAsync(client, guarded.Jwt("eve", "failback-operator"), HttpMethod.Post, "failbacks/none/start")));
        foreach (string wrong in (string[])
            [guarded.Jwt("late", "failback-admin", minutes: -5), guarded.Jwt("others", "failback-admin", audience: "others"),
                guarded.Jwt("nobody", "somebody"), viewer[..^6] + "AAAAAA"])
        {
            Assert.Equal((401, "unauthorized"), Short(await CallAsync(client, wrong)));
        }

        await File.WriteAllTextAsync(guarded.RevokedTokens, "ada\n");
        await Wait.UntilAsync(async () => (await CallAsync(client, viewer)).Status == 401, Log);

        string before = guarded.Jwt("bob", "failback-viewer");
        Assert.Equal(200, (await CallAsync(client, before)).Status);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string after = guarded.Jwt("cid", "failback-viewer", signer: next);
        await File.WriteAllTextAsync(
            guarded.KeyFile, guarded.Signer.ExportSubjectPublicKeyInfoPem() + "\n" + next.ExportSubjectPublicKeyInfoPem());
        // Asked with a token that is good all the time: wrong ones are counted.
        await Wait.UntilAsync(
            async () => await CallAsync(client, before) is var _ && Log().Contains("signer.pem changed", StringComparison.Ordinal), Log);
        Assert.Equal(200, (await CallAsync(client, after)).Status);
        await File.WriteAllTextAsync(guarded.KeyFile, next.ExportSubjectPublicKeyInfoPem());
        await Wait.UntilAsync(async () => (await CallAsync(client, before)).Status == 401, Log);
        Assert.Equal(200, (await CallAsync(client, after)).Status);
        await File.WriteAllTextAsync(guarded.KeyFile, guarded.Signer.ExportSubjectPublicKeyInfoPem());
        await Wait.UntilAsync(async () => (await CallAsync(client, after)).Status == 401, Log);
    }

    [Fact]
    public async Task A_caller_with_too_many_calls_is_told_to_wait_and_others_are_not()
    {
        using HttpClient client = TlsProbe.Client(guarded.Port, from: 52);
        int served = 0;
        (int Status, JsonNode Body, TimeSpan? RetryAfter) answer;
        while ((answer = await CallAsync(client, guarded.Busy)).Status == 200) Assert.True(++served < 500, "no end of 200");
        Assert.Equal((429, "too_many_calls"), Short(answer));
        Assert.InRange(served, 4 * GuardedControl.CallsPerSecond, 40 * GuardedControl.CallsPerSecond);
        Assert.NotEmpty((string?)answer.Body["remedy"] ?? "");
        Assert.Equal(TimeSpan.FromSeconds(1), answer.RetryAfter);
        Assert.Equal(200, (await CallAsync(client, ControlHarness.Token)).Status);
        await Task.Delay(answer.RetryAfter!.Value);
        await Wait.UntilAsync(async () => (await CallAsync(client, guarded.Busy)).Status == 200, Log, seconds: 3);
    }

    [Fact]
    public async Task Wrong_tokens_of_an_address_that_keeps_failing_are_not_listened_to_and_valid_ones_are()
    {
        using HttpClient client = TlsProbe.Client(guarded.Port, from: 53);
        int failures = 0;
        (int Status, JsonNode Body, TimeSpan? RetryAfter) answer;
        while ((answer = await CallAsync(client, BearerTokens.Create())).Status == 401)
            Assert.True(++failures <= FailedAttempts.PerMinute, "no end of 401");
        Assert.Equal(FailedAttempts.PerMinute, failures);
        Assert.Equal((429, "too_many_failures"), Short(answer));
        Assert.Equal(TimeSpan.FromMinutes(1), answer.RetryAfter);
        Assert.Equal(200, (await CallAsync(client, guarded.Jwt("fay", "failback-viewer"))).Status);
        Assert.Equal(429, (await CallAsync(client, BearerTokens.Create())).Status);
        using HttpClient neighbour = TlsProbe.Client(guarded.Port, from: 54);
        Assert.Equal(200, (await CallAsync(neighbour, guarded.Jwt("dan", "failback-viewer"))).Status);
    }

    private static (int Status, string? Code) Short((int Status, JsonNode Body, TimeSpan? RetryAfter) answer) =>
        (answer.Status, (string?)answer.Body["code"]);

    private static async Task<(int Status, JsonNode Body, TimeSpan? RetryAfter)> CallAsync(
        HttpClient client, string token, HttpMethod? method = null, string path = "failbacks")
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, "/api/v1/" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage answer = await client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!, answer.Headers.RetryAfter?.Delta);
    }

    private string Log() => guarded.Control.Process.LogTail(2000);
}
