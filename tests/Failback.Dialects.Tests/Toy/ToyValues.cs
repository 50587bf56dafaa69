using System.Globalization;
using Failback.Apply.Tables;
using Failback.Apply.Values;

namespace Failback.Dialects.Tests.Toy;

/// <summary>Raw JSON to driver values by the declared type's affinity; what the column would change is refused.</summary>
internal sealed class ToyValues(string type, int? size)
{
    private const int ExactDigits = 15;

    private readonly string _affinity = type switch
    {
        _ when type.Contains("int", StringComparison.Ordinal) => "integer",
        _ when type.Contains("char", StringComparison.Ordinal) || type.Contains("text", StringComparison.Ordinal) => "text",
        _ when type.Contains("blob", StringComparison.Ordinal) => "blob",
        _ => "numeric",
    };

    /// <summary>Expression of a value that no row has.</summary>
    public string Placeholder => _affinity == "integer" ? "-abs(random() / 2)" : "hex(randomblob(16))";

    /// <exception cref="ValueException">The column cannot hold it exactly.</exception>
    public object? Convert(RawValue value)
    {
        if (value.IsMissing || value.IsNull) return null;
        string text = value.Text();
        return _affinity switch
        {
            "integer" => text is "true" or "false" ? (text == "true" ? 1L : 0L) : Integer(text),
            "numeric" => Number(text),
            "blob" => text.StartsWith("\\x", StringComparison.Ordinal)
                ? System.Convert.FromHexString(text.AsSpan(2))
                : throw new ValueException("not bytes in hexadecimal form"),
            _ => size is { } longest && text.Length > longest
                ? throw new ValueException($"text is longer than {longest} characters")
                : text,
        };
    }

    /// <summary>Text that is the same for the same stored value.</summary>
    public static string Identity(object? value) => value switch
    {
        byte[] bytes => System.Convert.ToHexString(bytes),
        _ => System.Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    public static ToyValues Of(TargetTable table, int ordinal) => (ToyValues)table.Columns[ordinal].Converter;

    private static long Integer(string text) =>
        long.TryParse(NumberText.Canonical(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        ? number
        : throw new ValueException("not a whole number in range");

    /// <summary>Numbers that are not whole are kept as double: more digits than that keeps for certain are refused.</summary>
    private static object Number(string text)
    {
        string canonical = NumberText.Canonical(text);
        if (long.TryParse(canonical, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)) return whole;
        return canonical.Count(char.IsAsciiDigit) <= ExactDigits
            ? double.Parse(canonical, CultureInfo.InvariantCulture)
            : throw new ValueException("has more digits than the column keeps");
    }
}
