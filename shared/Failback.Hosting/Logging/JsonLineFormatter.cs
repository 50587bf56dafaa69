using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Failback.Hosting.Logging;

/// <summary>
/// Writes each event as one line of JSON: <c>{"level":…,"time":…,"message":…,"service":…,"logger":…, fields of the event…,
/// "exception":…}</c>.
/// </summary>
internal sealed class JsonLineFormatter(LogSource source, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "failback-json";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("level"u8, Level(logEntry.LogLevel));
            json.WriteString("time"u8, time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("message"u8, logEntry.Formatter(logEntry.State, logEntry.Exception));
            json.WriteString("service"u8, source.Service);
            json.WriteString("logger"u8, logEntry.Category);
            if (logEntry.EventId.Id != 0) json.WriteNumber("event"u8, logEntry.EventId.Id);
            WriteFields(json, logEntry.State);
            if (logEntry.Exception is { } exception) json.WriteString("exception"u8, exception.ToString());
            json.WriteEndObject();
        }

        textWriter.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        textWriter.Write('\n');
    }

    private static void WriteFields<TState>(Utf8JsonWriter json, TState state)
    {
        if (state is not IEnumerable<KeyValuePair<string, object?>> fields) return;
        foreach ((string name, object? value) in fields)
        {
            string member = name.Length == 0 ? "" : char.ToLowerInvariant(name[0]) + name[1..];
            // A field of an event must not replace a fixed one: two members of one name make the line ambiguous.
            if (member is "" or "{OriginalFormat}" or "level" or "time" or "message" or "service" or "logger" or "event" or "exception")
                continue;
            json.WritePropertyName(member);
            WriteValue(json, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            default: json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
