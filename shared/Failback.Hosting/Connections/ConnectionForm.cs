using System.Globalization;

namespace Failback.Hosting.Connections;

/// <summary>
/// The form of the connection URLs of one kind of server. It is the only reader of such URLs: the API checks a URL with it, and the
/// process that connects derives the driver's settings from its result, so that both accept the same URLs. Problems name the wrong
/// part, never its value.
/// </summary>
/// <param name="Dialect">Kind of server: <c>cockroach</c>, <c>postgres</c>, <c>mysql</c> or <c>oracle</c>.</param>
/// <param name="Schemes">Schemes in lower case.</param>
/// <param name="DefaultPort">Port of a URL without one.</param>
/// <param name="Parameters">All known parameters; a URL with any other is refused.</param>
public sealed record ConnectionForm(string Dialect, IReadOnlyList<string> Schemes, int DefaultPort, IReadOnlyList<UrlParameter> Parameters)
{
    /// <summary>Word for the last part of the URL in messages.</summary>
    public string DatabaseWord { get; init; } = "database";

    /// <summary>True when a URL without a password is refused.</summary>
    public bool NeedsPassword { get; init; }

    /// <summary>Rules about several parts together: a test that returns true for a wrong URL, and the problem.</summary>
    public IReadOnlyList<(Func<ConnectionUrl, bool> Fails, string Problem)> Rules { get; init; } = [];

    /// <summary>Returns the problems of a URL; empty when it is good.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="parsed">Its parts; null when there are problems.</param>
    public IReadOnlyList<string> Check(string url, out ConnectionUrl? parsed)
    {
        ArgumentNullException.ThrowIfNull(url);
        parsed = null;
        if (UrlParts.Split(url) is not { } parts)
        {
            return
            [
                $"not a URL of the form {Schemes[0]}://user:password@host:port/{DatabaseWord.Replace(' ', '_')}; "
                + "percent-encode special characters of user and password (@ is %40, # is %23, / is %2F)",
            ];
        }

        if (!Schemes.Contains(parts.Scheme, StringComparer.Ordinal))
            return ["the scheme must be " + string.Join(" or ", Schemes.Select(scheme => scheme + "://"))];
        string[] problems = [.. CheckParts(parts)];
        // When the parts are wrong, text that looks like a parameter may belong to a password that is not encoded.
        if (problems.Length > 0) return problems;
        var parameters = new List<KeyValuePair<string, string>>();
        problems = [.. ReadParameters(parts.Query, parameters)];
        if (problems.Length > 0) return problems;
        var read = new ConnectionUrl(
            parts.Scheme,
            Uri.UnescapeDataString(parts.User),
            parts.Password is { } password ? Uri.UnescapeDataString(password) : null,
            parts.ReadHost()!,
            Port(parts)!.Value,
            Uri.UnescapeDataString(parts.Path),
            parameters);
        problems = [.. Rules.Where(rule => rule.Fails(read)).Select(rule => rule.Problem)];
        if (problems.Length == 0) parsed = read;
        return problems;
    }

    /// <summary>Reads a URL.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="field">Field or setting that contains the URL, for the message.</param>
    /// <exception cref="FormatException">The URL is wrong; the message names the part and repeats no value.</exception>
    public ConnectionUrl Parse(string url, string field)
    {
        IReadOnlyList<string> problems = Check(url, out ConnectionUrl? parsed);
        return parsed ?? throw new FormatException($"{field}: {problems[0]}");
    }

    internal int? Port(UrlParts parts) => parts.Port.Length == 0 ? DefaultPort
        : int.TryParse(parts.Port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 65535 ? number
        : null;

    private IEnumerable<string> CheckParts(UrlParts parts)
    {
        if (parts.User.Length == 0) yield return "the user is missing (user:password@ before the host)";
        else if (IsBroken(parts.User)) yield return "the user holds a character that no user can have";
        if (NeedsPassword && string.IsNullOrEmpty(parts.Password)) yield return "the password is missing (user:password@ before the host)";
        else if (IsBroken(parts.Password ?? "")) yield return "the password holds a character that no password can have";
        if (parts.Host.Length == 0) yield return "the host is missing";
        else if (parts.ReadHost() is null) yield return "the host is neither a name nor an address";
        if (Port(parts) is null) yield return "the port must be a number from 1 to 65535";
        if (parts.Path.Length == 0) yield return $"the {DatabaseWord} is missing (last part of the URL)";
        else if (parts.Path.Contains('/', StringComparison.Ordinal)) yield return $"the path must be the {DatabaseWord} alone";
        else if (IsBroken(parts.Path)) yield return $"the {DatabaseWord} holds a character that no {DatabaseWord} can have";
    }

    private IEnumerable<string> ReadParameters(string query, List<KeyValuePair<string, string>> parameters)
    {
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] halves = pair.Split('=', 2);
            string name = Uri.UnescapeDataString(halves[0]).ToLowerInvariant();
            string value = halves.Length > 1 ? Uri.UnescapeDataString(halves[1]) : "";
            if (Parameters.FirstOrDefault(known => known.Name == name) is not { } parameter)
            {
                string names = string.Join(", ", Parameters.Select(known => known.Name));
                yield return $"parameter {Quoted(name)} is not known; known are {names}";
                continue;
            }

            if (parameters.Exists(other => other.Key == name)) yield return $"{name} is given more than once";
            else if (IsBroken(halves[^1])) yield return $"{name} holds a control character";
            else if (parameter.Problem(value) is { } problem) yield return $"{name} {problem}";
            parameters.Add(new(name, value));
        }
    }

    /// <summary>Returns true for text with control characters or half a surrogate pair, which no server or file accepts.</summary>
    private static bool IsBroken(string encoded)
    {
        string text = Uri.UnescapeDataString(encoded);
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || char.IsLowSurrogate(text[i])) return true;
            if (char.IsHighSurrogate(text[i]) && (++i == text.Length || !char.IsLowSurrogate(text[i]))) return true;
        }

        return false;
    }

    // A name that is not a plain word may be part of a secret that is not encoded, so it is not repeated.
    private static string Quoted(string name) =>
        name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
        ? $"'{name}'"
        : "whose name is no plain word";
}
