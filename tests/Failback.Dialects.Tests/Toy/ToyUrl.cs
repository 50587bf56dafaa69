namespace Failback.Dialects.Tests.Toy;

/// <summary>Reads <c>toy://localhost/path/of/a/file</c>. Errors name the part and never repeat the URL.</summary>
internal static class ToyUrl
{
    /// <exception cref="FormatException">The URL is wrong.</exception>
    public static string Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Scheme != "toy")
            throw new FormatException("target: not a URL of the form toy://localhost/path");
        return uri.AbsolutePath.Length > 1
            ? Uri.UnescapeDataString(uri.AbsolutePath)
            : throw new FormatException("target: the path is missing");
    }
}
