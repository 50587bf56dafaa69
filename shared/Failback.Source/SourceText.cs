using System.Text.RegularExpressions;
using Failback.Hosting.Secrets;

namespace Failback.Source;

/// <summary>Removes secrets from texts of CockroachDB.</summary>
public static partial class SourceText
{
    /// <summary>
    /// Returns the text without bearer tokens and without the values of parameters that are not known to be harmless.
    /// </summary>
    public static string Clean(string text)
    {
        string clean = UrlParameter().Replace(BearerToken().Replace(text, "Bearer ***"), pair => SecretUrl.RedactQuery(pair.Value));
        // Also outside of URLs, where a message may quote a parameter alone.
        return SecretParameter().Replace(clean, "${name}=***");
    }

    [GeneratedRegex(@"\bBearer\s+[^\s'""]+", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex BearerToken();

    [GeneratedRegex(@"(?<=[?&])[^=&?\s'""]+=[^&\s'""]+", RegexOptions.None, 1000)]
    private static partial Regex UrlParameter();

    [GeneratedRegex(
        @"\b(?<name>client_key|password|sslpassword|token)=[^&\s'""]+",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex SecretParameter();
}
