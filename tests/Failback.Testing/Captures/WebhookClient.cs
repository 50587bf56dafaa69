namespace Failback.Testing.Captures;

/// <summary>Creates the HTTP client of a changefeed in development: it accepts any certificate and follows no redirects.</summary>
public static class WebhookClient
{
    /// <summary>Returns a client, which the caller disposes. Default timeout: 10 s.</summary>
    public static HttpClient Create(TimeSpan? timeout = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        // The sink makes its development certificate at start; a real changefeed uses insecure_tls_skip_verify=true.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        return new HttpClient(handler) { Timeout = timeout ?? TimeSpan.FromSeconds(10) };
    }
}
