using System.Security.Cryptography;
using System.Buffers.Text;
using System.Text;
using Failback.Control.Definitions;

namespace Failback.Control.Changefeeds;

/// <summary>Where CockroachDB posts to.</summary>
/// <param name="Host">Host as its nodes reach it.</param>
/// <param name="Port">Port.</param>
/// <param name="Path">Path with leading slash.</param>
internal sealed record WebhookAddress(string Host, int Port, string Path)
{
    private const string DefaultHost = "localhost";
    private const int DefaultPort = 30004;

    public string Url => $"https://{Bracketed}:{Port}{Path}";

    /// <summary>The sink URI of the statement.</summary>
    public string SinkUri(string query) => $"webhook-https://{Bracketed}:{Port}{Path}{(query.Length == 0 ? "" : "?" + query)}";

    /// <summary>Name of the external connection that holds the sink URI.</summary>
    /// <param name="byPath">The path alone decides: nobody else can know it.</param>
    public string ConnectionName(bool byPath) =>
        "failback_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(byPath ? Path : Url)))[..16];

    private string Bracketed => Host.Contains(':', StringComparison.Ordinal) && Host[0] != '[' ? $"[{Host}]" : Host;

    /// <summary>Overrides first, then the configured public address of the sink, then the seed's default.</summary>
    public static WebhookAddress Of(ChangefeedOverrides overrides, string publicSinkUrl, string path)
    {
        Uri? configured = publicSinkUrl.Length > 0 ? new Uri(publicSinkUrl) : null;
        return new WebhookAddress(overrides.Host ?? configured?.Host ?? DefaultHost, overrides.Port ?? configured?.Port ?? DefaultPort, path);
    }

    /// <summary>A path nobody can guess: 144 random bits.</summary>
    public static string NewPath(string failback) => $"/feeds/{failback}/{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18))}";
}
