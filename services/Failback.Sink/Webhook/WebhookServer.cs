using Failback.Sink.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Failback.Sink.Webhook;

/// <summary>Configures ports, certificate and limits of the web server for a changefeed as the only client.</summary>
internal sealed class WebhookServer(
    IOptions<SinkOptions> options, WebhookAuthentication authentication, TimeProvider time, ILogger<WebhookServer> logger)
        : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions kestrel)
    {
        SinkOptions sink = options.Value;
        kestrel.AddServerHeader = false;

        // The body reader bounds every body; the server's own limit would reset the connection before the sender could read why.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MaxRequestBufferSize = 256 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);

        // Cockroach nodes keep their connections; each has up to 128 requests under way.
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(5);
        kestrel.Limits.Http2.MaxStreamsPerConnection = 256;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 8 * 1024 * 1024;
        kestrel.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;

        kestrel.Limits.MaxConcurrentConnections = 10_000;

        var tls = new WebhookTls(ServerCertificate.Load(sink, time, logger), authentication.Clients);
        kestrel.ListenAnyIP(sink.Port, listen => listen.UseHttps(tls.Callback));
        kestrel.ListenAnyIP(sink.HealthPort, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
