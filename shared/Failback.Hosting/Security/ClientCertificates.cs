using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Failback.Hosting.Security;

/// <summary>
/// Decides whether a client's certificate is good: signed by a configured authority (those of the system do not count), made for
/// clients, within its validity, on no revocation list. The files are read again when they change, and the result for an open
/// connection changes with them.
/// </summary>
public sealed class ClientCertificates
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";
    private const int MostRemembered = 1000;

    private readonly WatchedFiles<Trust> _trust;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, (long Version, DateTimeOffset From, DateTimeOffset Until, bool Good)> _known = new(
        StringComparer.Ordinal);

    /// <summary>Reads the files.</summary>
    /// <param name="authorities">PEM file with the certificates of the authorities.</param>
    /// <param name="revoked">File with revocation lists (PEM or DER); empty: none.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log.</param>
    public ClientCertificates(string authorities, string revoked, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(revoked);
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        string[] files = revoked.Length > 0 ? [authorities, revoked] : [authorities];
        _trust = new WatchedFiles<Trust>(files, Read, time);
        string names = string.Join(", ", files);
        Tell(_trust.Current);
        _trust.Changed += trust =>
        {
            SecurityLog.Reloaded(logger, names);
            Tell(trust);
        };
        _trust.Refused += e => SecurityLog.NotReloaded(logger, names, e.Message);

        void Tell(Trust trust)
        {
            foreach (RevocationList list in trust.Revoked.Where(list => list.NextUpdate < time.GetUtcNow()))
                SecurityLog.StaleRevocationList(logger, new X500DistinguishedName(list.Issuer.Span).Name, list.NextUpdate!.Value);
        }
    }

    /// <summary>Returns whether the certificate is good now.</summary>
    public bool Accepts(X509Certificate2? certificate)
    {
        if (certificate is null) return false;
        Trust trust = _trust.Current;
        DateTimeOffset now = _time.GetUtcNow();
        string print = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        if (!_known.TryGetValue(print, out (long Version, DateTimeOffset From, DateTimeOffset Until, bool Good) known)
            || known.Version != _trust.Version)
        {
            // Bounded by emptying: foreign certificates cannot fill the memory, and judging again is cheap.
            if (_known.Count >= MostRemembered) _known.Clear();
            known = (
                _trust.Version, new DateTimeOffset(certificate.NotBefore.ToUniversalTime()),
                new DateTimeOffset(certificate.NotAfter.ToUniversalTime()), Judge(certificate, trust));
            _known[print] = known;
        }

        return known.Good && known.From <= now && now <= known.Until;
    }

    // The validity of the certificate itself is checked with each request, above; the result of this check is remembered.
    private static bool Judge(X509Certificate2 certificate, Trust trust)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trust.Authorities);
        chain.ChainPolicy.ExtraStore.AddRange(trust.Authorities);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ForClients));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate)
            && chain.ChainElements.All(element => !trust.Revoked.Any(list => list.Revokes(element.Certificate)));
    }

    private static Trust Read(IReadOnlyList<byte[]> files)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Encoding.UTF8.GetString(files[0]));
        if (authorities.Count == 0) throw new FormatException("the file holds no certificate of an authority in PEM");
        return new Trust(authorities, files.Count > 1 ? RevocationList.ReadAll(files[1]) : []);
    }

    private sealed record Trust(X509Certificate2Collection Authorities, IReadOnlyList<RevocationList> Revoked);
}
