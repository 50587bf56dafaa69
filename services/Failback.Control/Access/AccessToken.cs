using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Failback.Hosting.Security;

namespace Failback.Control.Access;

/// <summary>
/// A bearer token of the API in the form of settings and token file: <c>name role sha256:… [until]</c>. Only its hash is stored.
/// </summary>
/// <param name="Name">Name in the audit log.</param>
/// <param name="Role">Role of its owner.</param>
/// <param name="Hash">Hash of the token.</param>
/// <param name="Until">Expiry; null: none.</param>
internal sealed record AccessToken(string Name, Role Role, string Hash, DateTimeOffset? Until)
{
    /// <summary>Form of a line, for messages.</summary>
    public const string Form = "name viewer|operator|admin sha256:<64 hex digits> [expiry like 2027-01-31T00:00:00Z]";

    public static bool TryParse(string line, [NotNullWhen(true)] out AccessToken? token)
    {
        token = null;
        string[] parts = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is < 3 or > 4 || ParseRole(parts[1]) is not { } role || !BearerTokens.IsHash(parts[2])) return false;
        DateTimeOffset until = default;
        if (parts.Length == 4
            && !DateTimeOffset.TryParse(parts[3], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out until)) return false;
        token = new AccessToken(parts[0], role, parts[2], parts.Length == 4 ? until : null);
        return true;
    }

    /// <summary>Returns all tokens of a text. Empty lines and lines that begin with # are skipped.</summary>
    /// <exception cref="FormatException">A line is not a token; the message contains its number, not its text.</exception>
    public static IReadOnlyList<AccessToken> ReadAll(string text)
    {
        var tokens = new List<AccessToken>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            tokens.Add(TryParse(line, out AccessToken? token) ? token : throw new FormatException($"line {i + 1} is not {Form}"));
        }

        return tokens;
    }

    private static Role? ParseRole(string text) => text switch
    {
        "viewer" => Role.Viewer,
        "operator" => Role.Operator,
        "admin" => Role.Admin,
        _ => null,
    };
}
