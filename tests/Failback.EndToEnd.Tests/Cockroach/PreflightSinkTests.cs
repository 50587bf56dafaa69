using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>What the checks say about the certificate at the webhook address: a listener of the test shows one after the other.</summary>
[Collection(CockroachCollection.Name)]
public sealed class PreflightSinkTests(StackFixture fixture)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Certificates_are_judged_as_CockroachDB_will()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 authority = Authority(key);
        var client = new PreflightClient(fixture.Stack, "certified");
        string good = Parameter(authority.ExportCertificatePem());
        (string Code, string Severity, X509Certificate2 Certificate, string Query, string Answer)[] scenes =
        [
            ("", "", Leaf(authority, -Day, 60 * Day, "localhost"), good, "405 Method Not Allowed"),
            ("certificate_expired", "error", Leaf(authority, -9 * Day, -2 * Day, "localhost"), good, "405 Method Not Allowed"),
            ("certificate_ends_soon", "warning", Leaf(authority, -Day, 9 * Day, "localhost"), good, "405 Method Not Allowed"),
            ("certificate_not_yet_valid", "error", Leaf(authority, Day, 60 * Day, "localhost"), good, "405 Method Not Allowed"),
            ("certificate_name", "error", Leaf(authority, -Day, 60 * Day, null), good, "405 Method Not Allowed"),
            ("certificate_chain", "error", Leaf(authority, -Day, 60 * Day, "localhost"), "resolved=1s", "405 Method Not Allowed"),
            ("certificate_not_verified", "warning", Leaf(authority, -Day, 60 * Day, "localhost"), good + "&insecure_tls_skip_verify=true",
                "405 Method Not Allowed"),
            ("sink_unknown_path", "warning", Leaf(authority, -Day, 60 * Day, "localhost"), good, "404 Not Found"),
            ("clock_skew", "warning", Leaf(authority, -Day, 60 * Day, "localhost"), good,
                "405 Method Not Allowed\r\nDate: Sat, 01 Jan 2000 00:00:00 GMT"),
        ];
        foreach ((string code, string severity, X509Certificate2 certificate, string query, string answer) in scenes)
        {
            using (certificate)
            {
                using var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                Task serving = ServeAsync(listener, certificate, answer);
                await client.DefineAsync(new JsonObject
                {
                    ["target"] = "postgres://u:p@127.0.0.1:1/d",
                    ["changefeed"] = new JsonObject
                    {
                        ["managed"] = false,
                        ["overrides"] = new JsonObject
                        {
                            ["host"] = "localhost",
                            ["port"] = ((IPEndPoint)listener.LocalEndpoint).Port,
                            ["sink_query_parameters"] = query
                        },
                    },
                });
                (IReadOnlyList<Check> checks, _) = await client.RunAsync();
                Check[] found = [.. checks.Where(check => check.Place == "sink" && check.Code != "webhook_localhost")];
                Assert.True(
                    found.Select(check => (check.Code, Word.Of(check.Severity))).SequenceEqual(code.Length == 0 ? [] : [(code, severity)]),
                    $"instead of '{code}':\n{string.Join('\n', found.AsEnumerable())}");
                await serving;
            }
        }

        await client.DeleteAsync();
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate, string answer)
    {
        using TcpClient guest = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(guest.GetStream());
        await tls.AuthenticateAsServerAsync(certificate);
        byte[] request = new byte[4096];
        Assert.True(await tls.ReadAsync(request) > 0);
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        await tls.ShutdownAsync();
    }

    private static X509Certificate2 Authority(ECDsa key)
    {
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow() - (30 * Day), TimeProvider.System.GetUtcNow() + (90 * Day));
    }

    /// <param name="authority">Signs it.</param>
    /// <param name="from">Begin, from now.</param>
    /// <param name="to">End, from now.</param>
    /// <param name="name">Alternative name; null: the common name alone.</param>
    private static X509Certificate2 Leaf(X509Certificate2 authority, TimeSpan from, TimeSpan to, string? name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        if (name is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name);
            request.CertificateExtensions.Add(names.Build());
        }

        using X509Certificate2 signed = request.Create(
            authority, TimeProvider.System.GetUtcNow() + from, TimeProvider.System.GetUtcNow() + to, RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    private static string Parameter(string pem) => "ca_cert=" + Uri.EscapeDataString(Convert.ToBase64String(Encoding.ASCII.GetBytes(pem)));
}
