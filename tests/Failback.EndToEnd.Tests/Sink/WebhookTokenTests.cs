using Failback.Hosting.Security;
using Xunit;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>Tokens and TLS at the webhook of a running sink.</summary>
public sealed class WebhookTokenTests(GuardedSink guarded) : IClassFixture<GuardedSink>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await guarded.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Takes_the_token_of_the_failback_and_signed_tokens_that_name_it()
    {
        using HttpClient client = TlsProbe.Client(guarded.Sink.Port, from: 10);
        string path = guarded.Orders.WebhookPath;
        string[] good = [
            guarded.Token, guarded.Former, guarded.Jwt("a", guarded.Orders.Name), guarded.Jwt("b", path), guarded.Jwt("c", "*")];
        foreach (string token in good) Assert.Equal((200, ""), Short(await client.KnockAsync(path, "Bearer " + token)));
    }

    [Fact]
    public async Task Refuses_everything_else_with_a_short_reason_and_says_nothing_of_it_in_the_log()
    {
        using HttpClient client = TlsProbe.Client(guarded.Sink.Port, from: 11);
        string forged = guarded.Jwt("f", "*")[..^6] + "AAAAAA";
        (string? Authorization, int Status, string Reason)[] cases =
        [
            (null, 401, "no bearer token"),
            ("Basic dXNlcjpwYXNz", 401, "no bearer token"),
            ("Bearer " + BearerTokens.Create(), 401, "not that of this failback"),
            ("Bearer " + guarded.OthersToken, 401, "not that of this failback"),
            ("Bearer " + BearerTokens.Hash(guarded.Token), 401, "not that of this failback"),
            ("Bearer " + guarded.Jwt("g", guarded.Orders.Name, minutes: -5), 401, "expired"),
            ("Bearer " + guarded.Jwt("h", guarded.Orders.Name, issuer: "others"), 401, "another issuer"),
            ("Bearer " + guarded.Jwt("i", guarded.Others.Name), 403, "not for this failback"),
            ("Bearer " + forged, 401, "not valid"),
            ("Bearer a.b.c", 401, "not valid"),
        ];
        foreach ((string? authorization, int status, string reason) in cases)
        {
            (int Status, string Text) answer = Short(await client.KnockAsync(guarded.Orders.WebhookPath, authorization));
            Assert.Equal(status, answer.Status);
            Assert.Contains(reason, answer.Text, StringComparison.Ordinal);
            string secret = authorization?.Split(' ')[1] ?? guarded.Token;
            Assert.DoesNotContain(secret, answer.Text + guarded.Sink.Log, StringComparison.Ordinal);
        }

        Assert.Equal(401, (await client.KnockAsync(guarded.Open.WebhookPath, null)).Status);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_without_a_restart()
    {
        using HttpClient client = TlsProbe.Client(guarded.Sink.Port, from: 12);
        string token = "Bearer " + guarded.Jwt("to-be-revoked", guarded.Orders.Name);
        Assert.Equal(200, (await client.KnockAsync(guarded.Orders.WebhookPath, token)).Status);
        await File.WriteAllTextAsync(guarded.RevokedTokens, "to-be-revoked\n");
        await Wait.UntilAsync(
            async () => (await client.KnockAsync(guarded.Orders.WebhookPath, token)).Status == 401, () => guarded.Sink.Log);
        Assert.Contains("revoked", (await client.KnockAsync(guarded.Orders.WebhookPath, token)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_keeps_failing_learns_nothing_more_and_good_tokens_from_there_still_count()
    {
        using HttpClient client = TlsProbe.Client(guarded.Sink.Port, from: 13);
        string path = guarded.Orders.WebhookPath;
        int failures = 0;
        while ((await client.KnockAsync(path, "Bearer wrong")).Status == 401)
            Assert.True(++failures <= FailedAttempts.PerMinute, "no end of 401");
        Assert.Equal(FailedAttempts.PerMinute, failures);
        (int status, _, HttpResponseMessage answer) = await client.KnockAsync(path, "Bearer " + guarded.OthersToken);
        Assert.Equal((429, 60), (status, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        Assert.Equal(429, (await client.KnockAsync(path, null)).Status);
        Assert.Equal(200, (await client.KnockAsync(path, "Bearer " + guarded.Token)).Status);
        Assert.Equal(200, (await client.KnockAsync(path, "Bearer " + guarded.Jwt("after-failures", guarded.Orders.Name))).Status);
        using HttpClient neighbour = TlsProbe.Client(guarded.Sink.Port, from: 14);
        Assert.Equal(401, (await neighbour.KnockAsync(path, "Bearer wrong")).Status);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task Old_versions_of_TLS_are_refused(byte minor, bool spoken) =>
    Assert.Equal(spoken, await TlsProbe.SpeaksAsync(guarded.Sink.Port, minor));

    [Fact]
    public async Task A_new_certificate_is_served_without_a_restart_and_a_broken_pair_is_not()
    {
        using HttpClient kept = TlsProbe.Client(guarded.Sink.Port, from: 15);
        Assert.Equal(200, (await kept.KnockAsync(guarded.Orders.WebhookPath, "Bearer " + guarded.Token)).Status);
        guarded.Authority.Server("renewed.example.com").Save(guarded.Folder, "tls");
        await Wait.UntilAsync(
            async () => await TlsProbe.SubjectAsync(guarded.Sink.Port) == "CN=renewed.example.com", () => guarded.Sink.Log);
        await File.WriteAllTextAsync(Path.Combine(guarded.Folder, "tls.key"), guarded.Authority.Server().PrivateKey);
        await Wait.UntilAsync(
            async () => await TlsProbe.SubjectAsync(guarded.Sink.Port) == "CN=renewed.example.com"
            && guarded.Sink.Log.Contains("the content from before stays in use", StringComparison.Ordinal),
            () => guarded.Sink.Log);
        Assert.Equal(200, (await kept.KnockAsync(guarded.Orders.WebhookPath, "Bearer " + guarded.Token)).Status);
    }

    private static (int Status, string Text) Short((int Status, string Text, HttpResponseMessage Answer) answer) =>
        (answer.Status, answer.Text);
}
