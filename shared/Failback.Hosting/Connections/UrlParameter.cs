using System.Globalization;

namespace Failback.Hosting.Connections;

/// <summary>A parameter that connection URLs of one form may have.</summary>
/// <param name="Name">Name in lower case.</param>
/// <param name="Problem">
/// Returns the requirement that a value violates, as a sentence without a subject, or null for a good value. It never contains the
/// value.
/// </param>
/// <param name="IsSecret">True when the value is shown as <c>***</c>.</param>
public sealed record UrlParameter(string Name, Func<string, string?> Problem, bool IsSecret = false)
{
    /// <summary>Most seconds of a timeout: Npgsql refuses more.</summary>
    public const int MostSeconds = 1024;

    /// <summary>Returns a parameter that takes one of several words, spelt exactly.</summary>
    public static UrlParameter Word(string name, params string[] words) =>
        new(name, value => words.Contains(value, StringComparer.Ordinal) ? null : "must be one of " + string.Join(", ", words));

    /// <summary>Returns a parameter that takes the path of a file or folder on the connecting machine.</summary>
    public static UrlParameter Path(string name, string machine) =>
        new(name, value => string.IsNullOrWhiteSpace(value) ? $"must be a path (on {machine})" : null);

    /// <summary>Returns a parameter that takes a number of seconds.</summary>
    public static UrlParameter Seconds(string name) => new(
        name,
        value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is > 0 and <= MostSeconds
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be a number of seconds from 1 to {MostSeconds}"));

    /// <summary>Returns a parameter that takes any text.</summary>
    public static UrlParameter Text(string name, bool isSecret = false) => new(name, _ => null, isSecret);
}
