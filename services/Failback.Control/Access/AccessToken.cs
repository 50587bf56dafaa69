using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Failback.Hosting.Security;

namespace Failback.Control.Access;

/// <summary>A bearer token of the API as settings and token file hold it: <c>name role sha256:… [until]</c>; only its hash.</summary>
/// <param name="Name">Name in the audit log.</param>
/// <param name="Role">What its owner may do.</param>
/// <param name="Hash">Hash of the token.</param>
/// <param name="Until">End of its life; null: none.</param>
internal sealed record AccessToken(string Name, Role Role, string Hash, DateTimeOffset? Until)
{
    /// <summary>Form of a line.</summary>
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

    /// <summary>All tokens of a text; empty lines and lines that begin with # are left out.</summary>
    /// <exception cref="FormatException">A line is none; its number is in the message, not its text.</exception>
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
