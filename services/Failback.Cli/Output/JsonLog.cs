using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Failback.Cli.Output;

/// <summary>One JSON object a line, members in the order of the seed's lines: level, time, message.</summary>
internal static class JsonLog
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Lock Gate = new();
    private static TextWriter? _file;

    /// <summary>Plain lines instead of JSON.</summary>
    public static bool Plain { get; set; }

    /// <summary>Writes to a file instead of standard output.</summary>
    public static void To(string path) => _file = new StreamWriter(path, append: true) { AutoFlush = true };

    public static void Write(string level, string message) => Write(level, message, []);

    public static void Write(string level, string message, IEnumerable<KeyValuePair<string, object?>> fields)
    {
        if (Plain)
        {
            lock (Gate) (_file ?? Console.Out).WriteLine(
                $"{level} {message} {string.Join(' ', fields.Select(field => $"{field.Key}={field.Value}"))}".TrimEnd());
            return;
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("level", level);
            json.WriteString("time", TimeProvider.System.GetLocalNow().ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));
            json.WriteString("message", message);
            foreach ((string name, object? value) in fields)
            {
                json.WritePropertyName(name);
                JsonSerializer.Serialize(json, value);
            }

            json.WriteEndObject();
        }

        lock (Gate) (_file ?? Console.Out).WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
