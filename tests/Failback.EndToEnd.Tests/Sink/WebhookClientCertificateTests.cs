using Failback.Testing.Security;
using Xunit;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>A sink that takes connections with a client certificate only.</summary>
public sealed class WebhookClientCertificateTests(GuardedSink guarded) : IClassFixture<GuardedSink>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await guarded.StartAsync(clientCertificates: true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_certificate_is_enough_where_the_failback_has_no_token_and_needed_where_it_has_one()
    {
        using HttpClient client = TlsProbe.Client(guarded.Sink.Port, from: 20, guarded.Authority.Client().Open());
        Assert.Equal(200, (await client.KnockAsync(guarded.Open.WebhookPath, null)).Status);
        Assert.Equal(401, (await client.KnockAsync(guarded.Orders.WebhookPath, null)).Status);
        Assert.Equal(200, (await client.KnockAsync(guarded.Orders.WebhookPath, "Bearer " + guarded.Token)).Status);
    }

    [Fact]
    public async Task Without_one_with_an_expired_one_or_with_one_of_another_authority_there_is_no_connection()
    {
        using var other = new TestAuthority();
        foreach (IssuedCertificate? issued in (IssuedCertificate?[])[
            null, guarded.Authority.Client(daysLeft: -1), guarded.Authority.Server(), other.Client()])
        {
            using HttpClient client = TlsProbe.Client(guarded.Sink.Port, from: 21, issued?.Open());
            await Assert.ThrowsAnyAsync<HttpRequestException>(
                () => client.KnockAsync(guarded.Orders.WebhookPath, "Bearer " + guarded.Token));
        }
    }

    [Fact]
    public async Task Revoking_one_ends_its_requests_on_a_connection_that_is_open_and_refuses_the_next()
    {
        IssuedCertificate issued = guarded.Authority.Client();
        using HttpClient client = TlsProbe.Client(guarded.Sink.Port, from: 22, issued.Open());
        Assert.Equal(200, (await client.KnockAsync(guarded.Open.WebhookPath, null)).Status);
        await File.WriteAllTextAsync(guarded.RevokedClients, guarded.Authority.Revoke(issued));
        await Wait.UntilAsync(async () => (await client.KnockAsync(guarded.Open.WebhookPath, null)).Status == 401, () => guarded.Sink.Log);
        using HttpClient next = TlsProbe.Client(guarded.Sink.Port, from: 22, issued.Open());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => next.KnockAsync(guarded.Open.WebhookPath, null));
        using HttpClient neighbour = TlsProbe.Client(guarded.Sink.Port, from: 23, guarded.Authority.Client().Open());
        Assert.Equal(200, (await neighbour.KnockAsync(guarded.Open.WebhookPath, null)).Status);
    }
}
