using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>What the processes of a running stack export is what docs/operate/metrics.md says.</summary>
public sealed partial class MetricsExportTests(StackFixture fixture) : IClassFixture<StackFixture>
{
    private FailbackStack Stack => fixture.Stack;

    [Theory]
    [InlineData("Control")]
    [InlineData("Sink")]
    [InlineData("Appliers")]
    public async Task A_process_describes_the_metrics_of_the_page_and_no_others_before_anything_happened(string heading)
    {
        Assert.Equal(Sorted(MetricsPage.Read()[heading]), Sorted(Described(await ScrapeAsync(ProcessOf(heading)))));
        // In the other format counters are described without their ending, and the text has an end.
        string open = await ScrapeAsync(ProcessOf(heading), "application/openmetrics-text;version=1.0.0");
        Assert.EndsWith("\n# EOF\n", open, StringComparison.Ordinal);
        Assert.Equal(
            Sorted(MetricsPage.Read()[heading].Select(
                metric => metric.Value == "counter" ? KeyValuePair.Create(metric.Key[..^"_total".Length], metric.Value) : metric)),
            Sorted(Described(open)));
    }

    [Fact]
    public async Task Series_tell_what_happened_and_carry_no_time_of_their_own()
    {
        await using ObservedFailback failback = await ObservedFailback.StartAsync(Stack, "measured");
        await failback.PostAsync("parent", 1, "1");
        await failback.PostAsync("child", 1, "1");
        await failback.ResolveAndWaitAsync();
        await failback.PostAsync("parent", 2, "3000000000");
        Assert.Equal(400, await failback.PostNonsenseAsync());
        await failback.ResolveAsync();
        string control = "", sink = "", applier = "";
        const string Of = "failback=\"measured\"";
        await Wait.UntilAsync(async () =>
        {
            control = await ScrapeAsync(Stack.Control);
            return Value(control, "failback_rows_set_aside", Of, "state=\"open\"") == 1;
        }, TimeSpan.FromSeconds(30), () => control);
        (sink, applier) = (await ScrapeAsync(Stack.Sinks[0]), await ScrapeAsync(Stack.Appliers[0]));
        double now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(1, Value(control, "failback_leader"));
        Assert.Equal(1, Value(control, "failback_state", Of, "state=\"running\""));
        Assert.Equal(0, Value(control, "failback_state", Of, "state=\"paused\""));
        Assert.Equal(2, Value(control, "failback_rows_total", Of, "outcome=\"applied\""));
        Assert.Equal(1, Value(control, "failback_table_rows_set_aside", Of, "table=\"public.parent\""));
        Assert.InRange(Value(control, "failback_rows_set_aside_oldest_timestamp_seconds", Of), now - 60, now + 1);
        Assert.InRange(Value(control, "failback_applied_resolved_timestamp_seconds", Of), now - 60, now + 1);
        Assert.True(
            Value(control, "failback_applied_resolved_timestamp_seconds", Of)
            < Value(control, "failback_received_resolved_timestamp_seconds", Of), control);
        Assert.Equal(2, Value(control, "failback_tables", Of, "state=\"running\""));
        Assert.Equal(1, Value(sink, "failback_sink_requests_total", Of, "status=\"400\""));
        Assert.Equal(3, Value(sink, "failback_sink_rows_total", Of));
        Assert.Equal(1, Value(sink, "failback_sink_broker_ready"));
        Assert.Equal(1, Value(applier, "failback_apply_groups", Of));
        Assert.Equal(2, Value(applier, "failback_apply_rows_total", Of, "kind=\"upsert\""));
        Assert.Equal(1, Value(applier, "failback_apply_rows_total", Of, "kind=\"set_aside\""));
        Assert.True(Value(applier, "failback_apply_visible_age_seconds_count", Of) >= 2, applier);
        Assert.True(Value(applier, "failback_apply_statement_duration_seconds_count", "kind=\"upsert\"") >= 1, applier);
        // Series with a time of their own would live on for five minutes after they are gone.
        Assert.DoesNotMatch(Timed(), control + sink + applier);
    }

    private ServiceProcess ProcessOf(string heading) => heading switch
    {
        "Control" => Stack.Control,
        "Sink" => Stack.Sinks[0],
        _ => Stack.Appliers[0],
    };

    private static async Task<string> ScrapeAsync(ServiceProcess process, string? accept = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(process.Health, "/metrics"));
        if (accept is not null) request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        using HttpResponseMessage answer = await client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private static string[] Sorted(IEnumerable<KeyValuePair<string, string>> metrics) =>
        [.. metrics.Select(metric => $"{metric.Key} {metric.Value}").Order(StringComparer.Ordinal)];

    private static Dictionary<string, string> Described(string text) => TypeLine().Matches(text)
        .ToDictionary(line => line.Groups["name"].Value, line => line.Groups["type"].Value, StringComparer.Ordinal);

    private static double Value(string text, string name, params string[] labels)
    {
        string[] found = [
            .. text.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is '{' or ' ')
                .Where(line => labels.All(label => line.Contains(label, StringComparison.Ordinal)))];
        return found.Length == 1
            ? double.Parse(found[0][(found[0].LastIndexOf('}') + 1)..].Trim().Split(' ')[^1], CultureInfo.InvariantCulture)
            : double.NaN;
    }

    [GeneratedRegex(@"^# TYPE (?<name>failback_\S+) (?<type>\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^failback_[^\n]*\} \S+ \d+$", RegexOptions.Multiline, 1000)]
    private static partial Regex Timed();
}
