using Npgsql;

namespace Failback.Source;

/// <summary>Checks the certificate files named in the URL of a source.</summary>
internal static class SourceCertificates
{
    /// <summary>
    /// Opens each file before the connection: where the server has no TLS, the driver would never read them and the mistake would
    /// stay hidden.
    /// </summary>
    /// <exception cref="SourceException">A file cannot be read.</exception>
    public static void Check(NpgsqlConnectionStringBuilder settings)
    {
        foreach (
            (string name, string? file) in ((string, string?)[])[
                ("sslrootcert", settings.RootCertificate), ("sslcert", settings.SslCertificate), ("sslkey", settings.SslKey)])
        {
            if (string.IsNullOrEmpty(file) || file == "system") continue;
            try
            {
                using FileStream readable = File.OpenRead(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SourceException(
                    "source_certificate", $"{name} of source names a file that cannot be read: {file}",
                    "put it where this service can read it, or correct the path");
            }
        }
    }
}
