using Failback.Control.Api;
using Npgsql;

namespace Failback.Control.Changefeeds;

/// <summary>The certificate files that the URL of a source names.</summary>
internal static class SourceCertificates
{
    /// <summary>Looks at the files before anything is sent: where the server has no TLS the driver would never get to them.</summary>
    /// <exception cref="ApiException">One cannot be read.</exception>
    public static void Check(NpgsqlConnectionStringBuilder settings)
    {
        foreach ((string name, string? file) in ((string, string?)[])[("sslrootcert", settings.RootCertificate), ("sslcert", settings.SslCertificate), ("sslkey", settings.SslKey)])
        {
            if (string.IsNullOrEmpty(file) || file == "system") continue;
            try
            {
                using FileStream readable = File.OpenRead(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ApiException(422, "source_certificate", $"{name} of source names a file that control cannot read: {file}", "put it where control can read it, or correct the path");
            }
        }
    }
}
