namespace Failback.Testing.Captures;

/// <summary>HTTP client of a changefeed in development: any certificate, no redirects, CockroachDB's default timeout.</summary>
public static class WebhookClient
{
    /// <summary>A client; the caller disposes it.</summary>
    public static HttpClient Create(TimeSpan? timeout = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        // The sink's development certificate is made at start; the real sender is told insecure_tls_skip_verify=true.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        return new HttpClient(handler) { Timeout = timeout ?? TimeSpan.FromSeconds(10) };
    }
}
