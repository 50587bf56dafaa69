using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Failback.Cockroach.Statements;

namespace Failback.Cockroach.Changefeeds;

/// <summary>
/// Posts bodies like a webhook changefeed: its own parameters are removed from the URL, requests are repeated with growing pauses,
/// and every 2xx is success.
/// </summary>
internal sealed class WebhookSink : IDisposable
{
    private static readonly string[] OwnParameters = ["insecure_tls_skip_verify", "ca_cert", "client_cert", "client_key"];
    private readonly HttpClient _client;
    private readonly X509Certificate2? _certificate;
    private readonly Uri _address;
    private readonly SinkConfig _config;
    private readonly string? _authorization;
    private readonly bool _gzip;

    public WebhookSink(JobRecord job)
    {
        _config = SinkConfig.Parse(job.Option("webhook_sink_config"));
        _authorization = job.Option("webhook_auth_header");
        _gzip = job.Option("compression") == "gzip";
        var sink = new Uri(job.Sink["webhook-".Length..]);
        Dictionary<string, string> query = ChangefeedSyntax.Query(sink);
        string rest = string.Join(
            '&', sink.Query.TrimStart('?').Split('&').Where(pair => !OwnParameters.Contains(pair.Split('=')[0], StringComparer.Ordinal)));
        _address = new UriBuilder(sink) { Query = rest }.Uri;
        var tls = new SslClientAuthenticationOptions();
        if (query.GetValueOrDefault("client_cert") is { } certificate)
        {
            using var pem = X509Certificate2.CreateFromPem(Decode(certificate), Decode(query["client_key"]));
            // Not every platform can use a key from PEM for TLS without this conversion.
            _certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            tls.ClientCertificates = [_certificate];
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => _certificate;
        }

        if (query.GetValueOrDefault("insecure_tls_skip_verify") == "true") tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        else if (query.GetValueOrDefault("ca_cert") is { } authority) Trust(tls, Decode(authority));
        _client = new HttpClient(
            new SocketsHttpHandler { SslOptions = tls, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = job.Interval("webhook_client_timeout", TimeSpan.FromSeconds(3)),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
    }

    public SinkConfig Config => _config;

    /// <exception cref="SinkException">The request was not accepted in all tries.</exception>
    public async Task SendAsync(string body, CancellationToken cancellationToken)
    {
        TimeSpan pause = _config.Backoff;
        for (int tried = 0; ; tried++)
        {
            if (await TryAsync(body, cancellationToken) is not { } problem) return;
            if (tried >= _config.Retries) throw new SinkException(problem);
            await Task.Delay(pause, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, TimeSpan.FromSeconds(30).Ticks));
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _certificate?.Dispose();
    }

    private async Task<string?> TryAsync(string body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = Content(body) };
            if (_authorization is { Length: > 0 }) request.Headers.TryAddWithoutValidation("Authorization", _authorization);
            request.Headers.TryAddWithoutValidation("User-Agent", "Go-http-client/1.1");
            using HttpResponseMessage answer = await _client.SendAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode) return null;
            string reason = await answer.Content.ReadAsStringAsync(cancellationToken);
            return $"{(int)answer.StatusCode} {answer.ReasonPhrase}: {reason.Trim()}";
        }
        catch (HttpRequestException e)
        {
            return $"Post \"{_address.GetLeftPart(UriPartial.Path)}\": {e.InnerException?.Message ?? e.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"Post \"{_address.GetLeftPart(UriPartial.Path)}\": context deadline exceeded (Client.Timeout exceeded while awaiting "
                + $"headers)";
        }
    }

    private ByteArrayContent Content(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        if (_gzip)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
            bytes = packed.ToArray();
        }

        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (_gzip) content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    private static void Trust(SslClientAuthenticationOptions tls, string pem)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(pem);
        tls.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (errors == SslPolicyErrors.None) return true;
            // Only an unknown authority is excused by ca_cert; a wrong host name is not.
            if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null || chain is null) return false;
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build(new X509Certificate2(certificate));
        };
    }

    private static string Decode(string base64) => Encoding.ASCII.GetString(Convert.FromBase64String(base64));
}
