using System.ComponentModel.DataAnnotations;
using Failback.Hosting.Security;
using Microsoft.Extensions.Options;

namespace Failback.Sink.Settings;

/// <summary>Settings of the sink.</summary>
internal sealed class SinkOptions
{
    /// <summary>Section of the configuration: <c>Failback__Sink__…</c> in the environment.</summary>
    public const string Section = "Failback:Sink";

    /// <summary>HTTPS port of the webhook. Default 30004.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 30004;

    /// <summary>HTTP port of <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c>. Default 30005.</summary>
    [Range(1, 65535)]
    public int HealthPort { get; set; } = 30005;

    /// <summary>PEM file with the server certificate and its chain; read again when it changes.</summary>
    public string TlsCertificate { get; set; } = "";

    /// <summary>PEM file with the certificate's private key, not encrypted.</summary>
    public string TlsPrivateKey { get; set; } = "";

    /// <summary>Makes a self-signed certificate at start instead of reading files. For development: clients cannot verify it.</summary>
    public bool TlsSelfSigned { get; set; }

    /// <summary>
    /// PEM file with the authorities of client certificates. When set, connections without a certificate of these authorities are
    /// refused. Read again when it changes.
    /// </summary>
    public string ClientAuthorities { get; set; } = "";

    /// <summary>File with revocation lists (PEM or DER) for client certificates; read again when it changes.</summary>
    public string RevokedClients { get; set; } = "";

    /// <summary>Signed tokens that are accepted beside the failbacks' own.</summary>
    public JwtOptions Jwt { get; set; } = new();

    /// <summary>
    /// Serves requests without a token or certificate: every client that knows a webhook path can write. For development.
    /// </summary>
    public bool DisableAuthentication { get; set; }

    /// <summary>Largest request body in bytes, after decompression. Default 256 MiB.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>Bytes of bodies held at any time; further requests wait. At least <see cref="MaxBodyBytes"/>. Default 256 MiB.</summary>
    [Range(1024, long.MaxValue)]
    public long MaxBufferedBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>
    /// Longest time from the first byte of a request to its response. The changefeed's <c>webhook_client_timeout</c> must not be
    /// lower. Default 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How far the clocks of CockroachDB's nodes may be ahead of this machine's. A request with a later timestamp is refused, because
    /// everything before that timestamp would count as old from then on. Default 10 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaxClockOffset { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Name of this process in progress reports. Default: host name and a random part.</summary>
    public string Replica { get; set; } = $"{Environment.MachineName}-{Guid.NewGuid().ToString("N")[..6]}";

    internal static SinkOptions From(IConfiguration configuration) =>
        configuration.GetSection(Section).Get<SinkOptions>() ?? new SinkOptions();
}

/// <summary>Settings that only make sense together.</summary>
internal sealed class SinkOptionsValidator : IValidateOptions<SinkOptions>
{
    public ValidateOptionsResult Validate(string? name, SinkOptions options)
    {
        if (options.Port == options.HealthPort) return ValidateOptionsResult.Fail("Port and HealthPort must differ");
        if (options.MaxBufferedBytes < options.MaxBodyBytes)
            return ValidateOptionsResult.Fail("MaxBufferedBytes must not be smaller than MaxBodyBytes");
        if (options.TlsCertificate.Length == 0 != (options.TlsPrivateKey.Length == 0))
            return ValidateOptionsResult.Fail("TlsCertificate and TlsPrivateKey must be set together");
        if (options.TlsCertificate.Length == 0 && !options.TlsSelfSigned)
            return ValidateOptionsResult.Fail(
                "no certificate: set Failback__Sink__TlsCertificate and Failback__Sink__TlsPrivateKey to PEM files, or "
                    + "Failback__Sink__TlsSelfSigned=true for development");
        if (options.TlsCertificate.Length > 0 && options.TlsSelfSigned)
            return ValidateOptionsResult.Fail("TlsSelfSigned excludes TlsCertificate");
        if (options.RevokedClients.Length > 0 && options.ClientAuthorities.Length == 0)
            return ValidateOptionsResult.Fail("RevokedClients needs ClientAuthorities");
        if (options.Jwt.Validate(new ValidationContext(options.Jwt)).FirstOrDefault() is { } problem)
            return ValidateOptionsResult.Fail("Failback__Sink__" + problem.ErrorMessage);
        return ValidateOptionsResult.Success;
    }
}
