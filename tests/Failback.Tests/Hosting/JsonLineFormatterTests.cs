using System.Text.Json.Nodes;
using Failback.Hosting.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Failback.Tests.Hosting;

public sealed class JsonLineFormatterTests
{
    [Fact]
    public void Writes_one_line_with_the_fields_of_the_event()
    {
        var writer = new StringWriter();
        var fields = new List<KeyValuePair<string, object?>> {
            new("Failback", "demo"), new("Rows", 5L), new("Message", "not the message"), new("{OriginalFormat}", "x") };
        var entry = new LogEntry<List<KeyValuePair<string, object?>>>(
            LogLevel.Warning, "Some.Category", new EventId(3001), fields, new InvalidOperationException("two\nlines"),
            (_, _) => "a \"quoted\" message\nof two lines");

        new JsonLineFormatter(new LogSource("control"), TimeProvider.System).Write(entry, null, writer);

        string text = writer.ToString();
        Assert.Equal(1, text.Count(c => c == '\n'));
        JsonNode line = JsonNode.Parse(text)!;
        Assert.Equal("warn", (string?)line["level"]);
        Assert.Equal("a \"quoted\" message\nof two lines", (string?)line["message"]);
        Assert.Equal("control", (string?)line["service"]);
        Assert.Equal("demo", (string?)line["failback"]);
        Assert.Equal(5, (long?)line["rows"]);
        Assert.Equal(3001, (int?)line["event"]);
        Assert.Contains("two", (string?)line["exception"], StringComparison.Ordinal);
        Assert.True(DateTimeOffset.TryParse((string?)line["time"], System.Globalization.CultureInfo.InvariantCulture, out _));
    }
}
