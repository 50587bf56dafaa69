using System.Globalization;

namespace Failback.Hosting.Connections;

/// <summary>A parameter that connection URLs of one form may have.</summary>
/// <param name="Name">Name in lower case.</param>
/// <param name="Problem">What a value must be, as a sentence without a subject; null when the value is good. Never the value.</param>
/// <param name="IsSecret">The value is shown as <c>***</c>.</param>
public sealed record UrlParameter(string Name, Func<string, string?> Problem, bool IsSecret = false)
{
    /// <summary>More seconds than this are refused by at least one driver.</summary>
    public const int MostSeconds = 1024;

    /// <summary>One of several words, spelt exactly.</summary>
    public static UrlParameter Word(string name, params string[] words) =>
        new(name, value => words.Contains(value, StringComparer.Ordinal) ? null : "must be one of " + string.Join(", ", words));

    /// <summary>Path of a file or folder on the machine that connects.</summary>
    public static UrlParameter Path(string name, string machine) =>
        new(name, value => string.IsNullOrWhiteSpace(value) ? $"must be a path (on {machine})" : null);

    /// <summary>A number of seconds.</summary>
    public static UrlParameter Seconds(string name) => new(
        name,
        value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is > 0 and <= MostSeconds
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be a number of seconds from 1 to {MostSeconds}"));

    /// <summary>Any text.</summary>
    public static UrlParameter Text(string name, bool isSecret = false) => new(name, _ => null, isSecret);
}
