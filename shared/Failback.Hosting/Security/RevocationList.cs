using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Failback.Hosting.Security;

/// <summary>
/// The serial numbers of a certificate revocation list (RFC 5280, section 5). The signature is not checked: the operator names the
/// file and trusts it like the authority's file beside it.
/// </summary>
/// <param name="Issuer">Encoded name of the authority.</param>
/// <param name="Serials">Serial numbers in hex, as <see cref="X509Certificate2.SerialNumber"/> has them.</param>
/// <param name="NextUpdate">Time at which the next list is due; null when the list does not say.</param>
public sealed record RevocationList(ReadOnlyMemory<byte> Issuer, IReadOnlySet<string> Serials, DateTimeOffset? NextUpdate)
{
    private const string Label = "X509 CRL";

    /// <summary>Returns all lists of a file: several in PEM or one in DER.</summary>
    /// <exception cref="FormatException">The file is not a revocation list.</exception>
    public static IReadOnlyList<RevocationList> ReadAll(byte[] file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            string text = Encoding.ASCII.GetString(file);
            if (!PemEncoding.TryFind(text, out _)) return [Read(file)];
            var lists = new List<RevocationList>();
            for (string rest = text; PemEncoding.TryFind(rest, out PemFields fields); rest = rest[fields.Location.End..])
            {
                if (rest[fields.Label] == Label) lists.Add(Read(Convert.FromBase64String(rest[fields.Base64Data])));
            }

            return lists.Count > 0 ? lists : throw new FormatException($"no block '{Label}' in the file");
        }
        catch (AsnContentException e)
        {
            throw new FormatException("not a certificate revocation list", e);
        }
    }

    /// <summary>Returns true when the list contains the certificate.</summary>
    public bool Revokes(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Serials.Contains(certificate.SerialNumber) && certificate.IssuerName.RawData.AsSpan().SequenceEqual(Issuer.Span);
    }

    // CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue }
    // TBSCertList ::= SEQUENCE { version?, signature, issuer, thisUpdate, nextUpdate?, revokedCertificates?, [0] extensions? }
    private static RevocationList Read(byte[] der)
    {
        AsnReader list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) list.ReadInteger();
        list.ReadSequence();
        ReadOnlyMemory<byte> issuer = list.ReadEncodedValue();
        ReadTime(list);
        DateTimeOffset? next = list.HasData && IsTime(list.PeekTag()) ? ReadTime(list) : null;
        var serials = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (list.HasData && list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            AsnReader entries = list.ReadSequence();
            while (entries.HasData) serials.Add(Convert.ToHexString(entries.ReadSequence().ReadIntegerBytes().Span));
        }

        return new RevocationList(issuer, serials, next);
    }

    private static bool IsTime(Asn1Tag tag) =>
        tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
