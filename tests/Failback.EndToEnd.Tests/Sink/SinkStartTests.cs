using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Failback.Contracts.Control;
using Xunit;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>Starting without a broker, without control, and with certificate files.</summary>
public sealed class SinkStartTests
{
    private const string Empty = """{"payload":[],"length":0}""";

    [Fact]
    public async Task Answers_503_and_not_404_while_the_failbacks_are_unknown()
    {
        await using SinkProcess sink = await SinkProcess.StartAsync(TestBroker.Shared(), null, waitUntilReady: false);
        await sink.WaitUntilServingAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await sink.PostAsync("/anything", Empty));
        Assert.False(await sink.IsReadyAsync());
        Assert.Equal(0, await sink.TerminateAsync());
    }

    [Fact]
    public async Task Starts_without_a_broker_answers_503_at_once_and_still_ends_with_0()
    {
        FailbackSpec spec = Failbacks.Create("orders");
        await using SinkProcess sink = await SinkProcess.StartAsync(TestBroker.Nowhere(), [spec], waitUntilReady: false);
        await sink.WaitUntilServingAsync();
        using (HttpResponseMessage answer = await sink.SendAsync(spec.WebhookPath, Empty))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("broker", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.False(await sink.IsReadyAsync());
        Assert.DoesNotContain(TestBroker.Nowhere().Uri.UserInfo, sink.Log, StringComparison.Ordinal);
        Assert.Equal(0, await sink.TerminateAsync());
    }

    [Fact]
    public async Task A_wrong_password_of_the_broker_is_a_clear_state_without_the_password()
    {
        const string password = "wr0ng-pl4nted-broker-password";
        FailbackSpec spec = Failbacks.Create("orders");
        await using SinkProcess sink = await SinkProcess.StartAsync(TestBroker.Locked(password), [spec], waitUntilReady: false);
        await sink.WaitUntilServingAsync();
        using HttpResponseMessage answer = await sink.SendAsync(spec.WebhookPath, Empty);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.False(await sink.IsReadyAsync());
        Assert.DoesNotContain(password, sink.Log + await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Failback__Sink__TlsSelfSigned", "false", "Failback__Sink__TlsSelfSigned=true for development")]
    [InlineData("Failback__Sink__Jwt__Keys", "/nowhere/key.pem", "/nowhere/key.pem")]
    [InlineData("Failback__Sink__Jwt__KeysUrl", "http://keys.example", "must be an https address")]
    public async Task Does_not_start_with_settings_that_would_be_less_safe_than_they_look(string setting, string value, string message)
    {
        await using SinkProcess sink = await SinkProcess.StartAsync(
            TestBroker.Nowhere(), [], new() { [setting] = value, ["Failback__Sink__DisableAuthentication"] = "false" },
            waitUntilReady: false);
        await Assert.ThrowsAsync<InvalidOperationException>(sink.WaitUntilServingAsync);
        Assert.Contains(message, sink.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serves_the_certificate_of_the_files()
    {
        string folder = Directory.CreateTempSubdirectory("failback-tls-").FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sink.example.com", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        await using SinkProcess sink = await SinkProcess.StartAsync(TestBroker.Shared(), [Failbacks.Create("orders")], new()
        {
            ["Failback__Sink__TlsCertificate"] = Path.Combine(folder, "tls.crt"),
            ["Failback__Sink__TlsPrivateKey"] = Path.Combine(folder, "tls.key"),
        });
        string? subject = null;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => (subject = shown!.Subject) is not null
        };
        using var client = new HttpClient(handler);
        using HttpResponseMessage answer = await client.GetAsync(new Uri($"https://localhost:{sink.Port}/"));
        Assert.Equal("CN=sink.example.com", subject);
        Assert.DoesNotContain("SELF-SIGNED", sink.Log, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
