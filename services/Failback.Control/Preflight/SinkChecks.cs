using System.Collections.Specialized;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Web;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Control.Changefeeds;

namespace Failback.Control.Preflight;

/// <summary>Judges the webhook address as CockroachDB will: reachable, a sink, and with a certificate that is good for it.</summary>
internal static class SinkChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SoonOver = TimeSpan.FromDays(30);
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(1);

    public static async Task<IReadOnlyList<Check>> RunAsync(
        WebhookAddress address, ChangefeedOverrides overrides, TimeProvider time, CancellationToken cancellationToken)
    {
        var checks = new List<Check>();
        NameValueCollection parameters = HttpUtility.ParseQueryString(overrides.SinkQueryParameters ?? "insecure_tls_skip_verify=true");
        bool unverified = parameters["insecure_tls_skip_verify"] == "true";
        if (address.Host is "localhost" or "127.0.0.1" or "::1")
            checks.Add(
                Of(PreflightCodes.WebhookLocalhost, Severity.Warning, $"{address.Host} in the webhook URL is each CockroachDB node itself",
                    "Failback__Control__PublicSinkUrl=https://HOST:PORT, or changefeed.overrides.host"));
        if (unverified)
            checks.Add(
                Of(PreflightCodes.CertificateNotVerified, Severity.Warning,
                    "CockroachDB does not verify the sink's certificate (insecure_tls_skip_verify=true)",
                    "changefeed.overrides.sink_query_parameters: ca_cert=<base64, percent-encoded>"));
        if (Read("ca_cert", parameters, Pem, checks) is not { Read: true } authority
            || Read("client_cert", parameters, query => Client(query["client_cert"], query["client_key"]), checks)
            is not { Read: true } client) return checks;
        using X509Certificate2? own = client.Value;
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Patience);
            using SinkSight sight = await SinkProbe.LookAsync(address, authority.Value, own, deadline.Token);
            checks.AddRange(Certificate(sight, address, unverified ? Severity.Info : Severity.Error, time));
            checks.AddRange(Answer(sight, time));
        }
        catch (Exception e)
        when (!cancellationToken.IsCancellationRequested
            && e is SocketException or IOException or OperationCanceledException or AuthenticationException)
        {
            checks.Add(
                Of(PreflightCodes.SinkUnreachable, Severity.Warning,
                    $"{address.Host}:{address.Port} is not reachable from control ({e.GetBaseException().Message}); the CockroachDB "
                        + $"nodes must reach it", "start the sink, open the port, or correct Failback__Control__PublicSinkUrl"));
        }

        return checks;
    }

    private static IEnumerable<Check> Certificate(SinkSight sight, WebhookAddress address, Severity severity, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset end = new(sight.Certificate.NotAfter.ToUniversalTime());
        DateTimeOffset begin = new(sight.Certificate.NotBefore.ToUniversalTime());
        if (end < now)
            yield return Of(
                PreflightCodes.CertificateExpired, severity, $"the sink's certificate ended on {end:yyyy-MM-dd}",
                "give the sink a new one and restart it");
        else if (end < now + SoonOver)
            yield return Of(
                PreflightCodes.CertificateEndsSoon, Severity.Warning,
                $"the sink's certificate ends on {end:yyyy-MM-dd}; the changefeed would then retry for ever",
                "give the sink a new one and restart it");
        if (begin > now)
            yield return Of(
                PreflightCodes.CertificateNotYetValid, severity, $"the sink's certificate begins on {begin:yyyy-MM-dd HH:mm} UTC",
                "wait, or give the sink another one and restart it");
        // Go reads the alternative names alone, not the common name.
        if (!sight.Certificate.MatchesHostname(address.Host.Trim('[', ']'), allowWildcards: true, allowCommonName: false))
            yield return Of(
                PreflightCodes.CertificateName, severity,
                $"the sink's certificate is not for {address.Host}: no subject alternative name says so",
                $"give the sink a certificate with the subject alternative name {address.Host}");
        if (!sight.Chained)
            yield return Of(
                PreflightCodes.CertificateChain, severity,
                "the sink's certificate does not lead to the authority in ca_cert nor to one that this machine knows, or an intermediate "
                    + "certificate is not sent",
                    "put the authority's certificate into ca_cert of sink_query_parameters, and the intermediate ones into the sink's "
                        + "file");
    }

    private static IEnumerable<Check> Answer(SinkSight sight, TimeProvider time)
    {
        if (sight.Status is not (405 or 401 or 403 or 503))
        {
            string what = sight.Status == 404 ? "a server that does not know this webhook path" : "something that is not a sink";
            yield return Of(
                PreflightCodes.SinkUnknownPath, Severity.Warning, $"at the webhook address answers {what}",
                "correct Failback__Control__PublicSinkUrl or changefeed.overrides, or give the sink the same broker as control");
        }

        if (sight.Clock is not { } clock) yield break;
        foreach (Check skew in ClockCheck.Of("sink", "the sink", clock - time.GetUtcNow(), Resolution)) yield return skew;
    }

    private static (bool Read, T? Value)? Read<T>(
        string name, NameValueCollection parameters, Func<NameValueCollection, T?> read, List<Check> checks)
    {
        try
        {
            return (true, read(parameters));
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            checks.Add(
                Of(name == "ca_cert" ? PreflightCodes.CaCertUnreadable : PreflightCodes.ClientCertUnreadable, Severity.Error,
                    $"{name} is not base64 of "
                        + $"{(name == "ca_cert" ? "a PEM certificate" : "a PEM certificate, or client_key is not that of its key")}",
                        name == "ca_cert" ? "base64 -w 0 ca.crt | jq -R -r @uri" : "base64 -w 0 client.crt | jq -R -r @uri"));
            return null;
        }
    }

    private static string? Pem(NameValueCollection parameters)
    {
        if (parameters["ca_cert"] is not { } text) return null;
        string pem = Decoded(text);
        X509Certificate2Collection certificates = [];
        certificates.ImportFromPem(pem);
        return certificates.Count > 0 ? pem : throw new FormatException("no certificate");
    }

    private static X509Certificate2? Client(string? certificate, string? key) => (certificate, key) switch
    {
        (null, null) => null,
        ({ } cert, { } secret) => X509Certificate2.CreateFromPem(Decoded(cert), Decoded(secret)),
        _ => throw new FormatException("client_cert and client_key belong together"),
    };

    private static string Decoded(string text) => Encoding.ASCII.GetString(Convert.FromBase64String(text.Replace(' ', '+')));

    private static Check Of(string code, Severity severity, string message, string fix) => new(code, severity, "sink", null, message, fix);
}
