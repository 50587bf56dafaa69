namespace Failback.Testing.Processes;

/// <summary>Plays the load balancer in front of several sinks: each request goes to the next one.</summary>
public sealed class SpreadHandler(IReadOnlyList<int> ports) : DelegatingHandler(WebhookHandler())
{
    private int _next = -1;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Unsigned, so that the counter may overflow.
        int port = ports[(int)((uint)Interlocked.Increment(ref _next) % (uint)ports.Count)];
        request.RequestUri = new UriBuilder(request.RequestUri!) { Port = port }.Uri;
        return base.SendAsync(request, cancellationToken);
    }

    private static SocketsHttpHandler WebhookHandler()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        return handler;
    }
}
