using System.Globalization;
using System.Text.Json;

namespace Failback.Testing.Changefeeds;

/// <summary>Creates random values and prints them in the JSON of a changefeed.</summary>
public static class ModelValues
{
    private static readonly string[] Words = [
        "", "plain", "O'Brien", "tab\there", "žluťoučký 🐛", "<b>&\"\\", "null", "NaN", "{1,2}", "\\x41", "line\nbreak"];

    /// <summary>Returns a random value as the text that PostgreSQL prints.</summary>
    public static string Next(ModelType type, Random random) => type switch
    {
        ModelType.BigInt => random.Next(10) == 0 ? "9007199254740993" : random.Next(-1000, 100_000).ToString(CultureInfo.InvariantCulture),
        ModelType.Text => Words[random.Next(Words.Length)] + random.Next(100).ToString(CultureInfo.InvariantCulture),
        ModelType.Numeric =>
            string.Create(
                CultureInfo.InvariantCulture, $"{random.Next(-5000, 5000)}.{random.Next(1, 10)}{new string('0', random.Next(3))}"),
        ModelType.Boolean => random.Next(2) == 0 ? "true" : "false",
        ModelType.Timestamp =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"20{random.Next(10, 40)}-0{random.Next(1, 10)}-1{random.Next(10)} "
                    + $"0{random.Next(10)}:1{random.Next(10)}:2{random.Next(10)}.{random.Next(1, 1000):D3}5"),
        ModelType.Jsonb => Jsonb(random),
        ModelType.Uuid => Uuid(random),
        _ => "\\x" + Convert.ToHexStringLower(Bytes(random, random.Next(6))),
    };

    /// <summary>Returns the value in the form of <c>after</c>.</summary>
    public static string Json(ModelType type, string? value) => value is null
        ? "null"
        : type switch
        {
            ModelType.BigInt or ModelType.Numeric or ModelType.Boolean or ModelType.Jsonb => value,
            ModelType.Timestamp => $"\"{value.Replace(' ', 'T')}\"",
            _ => JsonSerializer.Serialize(value),
        };

    /// <summary>
    /// Returns the value in the form of the key of a DELETE, which comes from the index: a DECIMAL loses its trailing zeros there.
    /// </summary>
    public static string IndexJson(ModelType type, string value) => type == ModelType.Numeric ? Canonical(type, value) : Json(type, value);

    /// <summary>Returns the same text for values that are equal as keys.</summary>
    public static string Canonical(ModelType type, string value) =>
        type == ModelType.Numeric && value.Contains('.', StringComparison.Ordinal) ? value.TrimEnd('0').TrimEnd('.') : value;

    private static string Jsonb(Random random) => random.Next(4) switch
    {
        0 => "[]",
        1 => string.Create(CultureInfo.InvariantCulture, $"{{\"a\": {random.Next(100)}.50, \"b\": [true, null, \"x\"]}}"),
        2 => "12345678901234567890.123",
        _ => "\"text\"",
    };

    private static string Uuid(Random random) => new Guid(Bytes(random, 16)).ToString("D", CultureInfo.InvariantCulture);

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
