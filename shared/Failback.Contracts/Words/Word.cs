using System.Text.Json;

namespace Failback.Contracts.Words;

/// <summary>The text of an enumeration's value on the wire: its name in camel case.</summary>
public static class Word
{
    /// <summary>Returns the text of a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Texts<T>.ByValue.TryGetValue(value, out string? text)
            ? text
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{typeof(T).Name} has no such value");

    /// <summary>Returns the value of a text.</summary>
    /// <exception cref="FormatException">The enumeration has no such word.</exception>
    public static T Parse<T>(string text)
        where T : struct, Enum =>
        TryParse(text, out T value) ? value : throw new FormatException($"\"{text}\" is no {typeof(T).Name}");

    /// <summary>Finds the value of a text; upper and lower case differ.</summary>
    public static bool TryParse<T>(string text, out T value)
        where T : struct, Enum => Texts<T>.ByText.TryGetValue(text, out value);

    /// <summary>Returns every text, in the order of the values.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];

    private static class Texts<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue = Enum.GetValues<T>()
            .ToDictionary(value => value, value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));

        public static readonly Dictionary<string, T> ByText = ByValue.ToDictionary(
            pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
