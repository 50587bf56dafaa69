using System.Globalization;

namespace Failback.Hosting.Connections;

/// <summary>
/// A connection URL that a <see cref="ConnectionForm"/> has checked, with decoded parts. Drivers get their settings from it, so a
/// URL that is accepted in a definition can also be used later.
/// </summary>
/// <param name="Scheme">Scheme in lower case.</param>
/// <param name="User">User; never empty.</param>
/// <param name="Password">Password; null where the URL has none.</param>
/// <param name="Host">Name or address in ASCII, without brackets.</param>
/// <param name="Port">Port of the URL, or the default port of the form.</param>
/// <param name="Database">Database or service; never empty.</param>
/// <param name="Parameters">Known parameters in their order, each at most once; names in lower case.</param>
public sealed record ConnectionUrl(
    string Scheme,
    string User,
    string? Password,
    string Host,
    int Port,
    string Database,
    IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    /// <summary>The value of a parameter; null when it is not given.</summary>
    /// <param name="name">Name in lower case.</param>
    public string? this[string name] =>
        Parameters.Where(parameter => parameter.Key == name).Select(parameter => parameter.Value).FirstOrDefault();

    /// <summary>Returns a parameter as a number of seconds, or null when it is not given.</summary>
    public int? Seconds(string name) => this[name] is { } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    /// <summary>Returns the URL without user, password and parameters, because it may end up in a log.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{Host}:{Port}/{Database}");
}
