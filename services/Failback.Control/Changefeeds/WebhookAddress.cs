using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Failback.Contracts.Api;
using Failback.Source;

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

    /// <summary>Whether a changefeed posts here, whatever the query parameters.</summary>
    /// <param name="job">The changefeed.</param>
    /// <param name="byPath">The path alone decides: nobody else can know it.</param>
    public bool Receives(FeedJob job, bool byPath)
    {
        if (job.SinkUri.StartsWith("external://", StringComparison.Ordinal))
            return job.SinkUri["external://".Length..] == ConnectionName(byPath);
        int query = job.SinkUri.IndexOf('?', StringComparison.Ordinal);
        string place = query < 0 ? job.SinkUri : job.SinkUri[..query];
        return place.TrimEnd('/') == SinkUri("").TrimEnd('/') || (byPath && place.EndsWith(Path, StringComparison.Ordinal));
    }

    /// <summary>The changefeeds that post here, the oldest first.</summary>
    public FeedJob[] Received(IEnumerable<FeedJob> jobs, bool byPath) =>
        [.. jobs.Where(job => Receives(job, byPath)).OrderBy(job => job.Id.Length).ThenBy(job => job.Id, StringComparer.Ordinal)];

    private string Bracketed => Host.Contains(':', StringComparison.Ordinal) && Host[0] != '[' ? $"[{Host}]" : Host;

    /// <summary>Overrides first, then the configured public address of the sink, then the seed's default.</summary>
    public static WebhookAddress Of(ChangefeedOverrides overrides, string publicSinkUrl, string path)
    {
        Uri? configured = publicSinkUrl.Length > 0 ? new Uri(publicSinkUrl) : null;
        return new WebhookAddress(
            overrides.Host ?? configured?.Host ?? DefaultHost, overrides.Port ?? configured?.Port ?? DefaultPort, path);
    }

    /// <summary>A path nobody can guess: 144 random bits.</summary>
    public static string NewPath(string failback) => $"/feeds/{failback}/{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18))}";
}
