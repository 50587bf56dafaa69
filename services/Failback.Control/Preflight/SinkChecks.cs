using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Web;
using Failback.Control.Changefeeds;
using Failback.Control.Definitions;

namespace Failback.Control.Preflight;

/// <summary>Looks at the webhook address as CockroachDB will: reachable, and with a certificate that is good for it.</summary>
internal static class SinkChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SoonOver = TimeSpan.FromDays(30);

    public static async Task<IReadOnlyList<Check>> RunAsync(WebhookAddress address, ChangefeedOverrides overrides, TimeProvider time, CancellationToken cancellationToken)
    {
        var checks = new List<Check>();
        System.Collections.Specialized.NameValueCollection parameters = HttpUtility.ParseQueryString(overrides.SinkQueryParameters ?? "insecure_tls_skip_verify=true");
        bool unverified = parameters["insecure_tls_skip_verify"] == "true";
        if (address.Host is "localhost" or "127.0.0.1" or "::1")
            checks.Add(Of("webhook_localhost", Severity.Warning, $"{address.Host} in the webhook URL is each CockroachDB node itself", "Failback__Control__PublicSinkUrl=https://HOST:PORT, or changefeed.overrides.host"));
        if (unverified)
            checks.Add(Of("certificate_not_verified", Severity.Warning, "CockroachDB does not verify the sink's certificate (insecure_tls_skip_verify=true)", "changefeed.overrides.sink_query_parameters: ca_cert=<base64, percent-encoded>"));
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Patience);
            (X509Certificate2? certificate, SslPolicyErrors errors) = await LookAsync(address, parameters["ca_cert"], deadline.Token);
            using (certificate)
            {
                if (certificate is not null) checks.AddRange(Judge(certificate, errors, address, unverified, time));
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is SocketException or IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            checks.Add(Of("sink_unreachable", Severity.Warning, $"{address.Host}:{address.Port} is not reachable from control ({e.GetBaseException().Message}); the CockroachDB nodes must reach it", "start the sink, open the port, or correct Failback__Control__PublicSinkUrl"));
        }
        catch (FormatException)
        {
            checks.Add(Of("ca_cert_unreadable", Severity.Error, "ca_cert is not base64 of a PEM certificate", "base64 -w 0 ca.crt | jq -R -r @uri"));
        }

        return checks;
    }

    private static IEnumerable<Check> Judge(X509Certificate2 certificate, SslPolicyErrors errors, WebhookAddress address, bool unverified, TimeProvider time)
    {
        Severity severity = unverified ? Severity.Info : Severity.Error;
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset end = new(certificate.NotAfter.ToUniversalTime());
        if (end < now) yield return Of("certificate_expired", severity, $"the sink's certificate ended on {end:yyyy-MM-dd}", "give the sink a new one and restart it");
        else if (end < now + SoonOver) yield return Of("certificate_ends_soon", Severity.Warning, $"the sink's certificate ends on {end:yyyy-MM-dd}; the changefeed would then retry for ever", "give the sink a new one and restart it");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            yield return Of("certificate_name", severity, $"the sink's certificate is not for {address.Host}", $"give the sink a certificate with the subject alternative name {address.Host}");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            yield return Of("certificate_chain", severity, "the authority of the sink's certificate is neither in ca_cert nor known to this machine", "put the authority's certificate into ca_cert of sink_query_parameters");
    }

    private static async Task<(X509Certificate2? Certificate, SslPolicyErrors Errors)> LookAsync(WebhookAddress address, string? authority, CancellationToken cancellationToken)
    {
        X509Certificate2? seen = null;
        SslPolicyErrors found = SslPolicyErrors.None;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host.Trim('[', ']'), address.Port, cancellationToken);
        await using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            // Only looked at: what is wrong becomes findings, and nothing is sent.
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                seen = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
                found = errors;
                if (authority is not null && seen is not null && chain is not null && errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && Trusts(chain, seen, authority))
                    found &= ~SslPolicyErrors.RemoteCertificateChainErrors;
                return seen is not null;
            },
        };
        await tls.AuthenticateAsClientAsync(options, cancellationToken);
        return (seen, found);
    }

    private static bool Trusts(X509Chain chain, X509Certificate2 certificate, string authority)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(authority.Replace(' ', '+'))));
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private static Check Of(string code, Severity severity, string message, string fix) => new(code, severity, "sink", null, message, fix);
}
