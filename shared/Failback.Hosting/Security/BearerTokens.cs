using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Failback.Hosting.Security;

/// <summary>
/// Bearer tokens (RFC 6750) and their hashes: <c>sha256:</c> and 64 hex digits. Tokens are 256 random bits, which cannot be found
/// by trying: a slow or salted hash would only cost time on every request.
/// </summary>
public static class BearerTokens
{
    private const string HashPrefix = "sha256:";
    private const string TokenPrefix = "fbt_";
    private const int HashLength = 7 + 64;

    // Longer than any usual token or JWT; bounds the text that is hashed and parsed.
    private const int LongestToken = 8 * 1024;

    /// <summary>Returns a new token. Its prefix lets scanners for leaked secrets find it.</summary>
    public static string Create() => TokenPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Returns the hash under which a token is stored.</summary>
    public static string Hash(string token) => HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>Returns true when the text has the form of a hash.</summary>
    public static bool IsHash(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == HashLength && text.StartsWith(HashPrefix, StringComparison.Ordinal)
            && text.Skip(HashPrefix.Length).All(char.IsAsciiHexDigitLower);
    }

    /// <summary>
    /// Returns whether a token has one of the hashes. The duration does not depend on which hash matches or where they differ.
    /// </summary>
    public static bool Matches(string token, IReadOnlyList<string> hashes)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        if (hashes.Count == 0) return false;
        byte[] shown = Encoding.ASCII.GetBytes(Hash(token));
        bool found = false;
        foreach (string hash in hashes) found |= CryptographicOperations.FixedTimeEquals(shown, Encoding.ASCII.GetBytes(hash));
        return found;
    }

    /// <summary>
    /// Returns the token of an <c>Authorization</c> header, or null when there is no header, several, or another scheme.
    /// </summary>
    public static string? FromHeader(Microsoft.Extensions.Primitives.StringValues header)
    {
        const string scheme = "Bearer ";
        if (header.Count != 1 || header[0] is not { } text || !text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return null;
        string token = text[scheme.Length..].Trim();
        return token.Length is > 0 and <= LongestToken ? token : null;
    }
}
