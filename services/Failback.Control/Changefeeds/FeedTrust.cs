using System.Net;
using System.Net.Security;
using System.Text;
using Failback.Contracts.Api;
using Failback.Source;

namespace Failback.Control.Changefeeds;

/// <summary>
/// Whether the sink will take what a changefeed posts that control did not make. CockroachDB tells that a feed shows something, not what:
/// control's token it cannot show.
/// </summary>
internal sealed class FeedTrust(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    /// <param name="job">The feed that was found.</param>
    /// <param name="plan">What control would make in its place.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> IsTakenAsync(FeedJob job, FeedPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Header is null) return true;
        // The definition gives the header, so the operator knows what the feed shows.
        if (plan.Definition.Changefeed.WebhookAuth == WebhookAuth.Header && job.ShowsHeader) return true;
        return await SinkAsksNothingAsync(plan.Address, cancellationToken);
    }

    // An empty batch without credentials, so whoever answers learns nothing. A sink that has just heard of the failback may still say that
    // it does not know the path.
    private async Task<bool> SinkAsksNothingAsync(WebhookAddress address, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null
            }
        };
        using var client = new HttpClient(handler) { Timeout = Patience };
        long since = time.GetTimestamp();
        while (true)
        {
            HttpStatusCode? status = await KnockAsync(client, address, cancellationToken);
            if (status is not (HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable) || time.GetElapsedTime(since) > Patience)
                return status == HttpStatusCode.OK;
            await Task.Delay(Between, time, cancellationToken);
        }
    }

    private static async Task<HttpStatusCode?> KnockAsync(HttpClient client, WebhookAddress address, CancellationToken cancellationToken)
    {
        using var body = new StringContent("""{"payload":[],"length":0}""", Encoding.UTF8, "application/json");
        try
        {
            using HttpResponseMessage answer = await client.PostAsync(new Uri(address.Url), body, cancellationToken);
            return answer.StatusCode;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
