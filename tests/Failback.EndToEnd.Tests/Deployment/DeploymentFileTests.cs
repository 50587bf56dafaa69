using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>
/// What deploy/ has for Prometheus, Alertmanager, Grafana and compose, read by their own programs and held against the pages.
/// </summary>
public sealed partial class DeploymentFileTests
{
    [Theory]
    [InlineData("promtool", "check config deploy/prometheus/prometheus.yml")]
    [InlineData("promtool", "check rules --lint-fatal deploy/prometheus/rules/failback.yml")]
    [InlineData("promtool", "test rules deploy/prometheus/failback.test.yml")]
    [InlineData("amtool", "check-config deploy/prometheus/alertmanager.yml")]
    [InlineData("docker-compose", "config --quiet")]
    [InlineData("docker-compose", "--profile postgres --profile observability config --quiet")]
    [InlineData("docker-compose", "--profile mysql --profile oracle --profile demo --profile cli --profile observability config --quiet")]
    public async Task Programs_accept_the_files(string program, string arguments)
    {
        (int exitCode, string said) = await MonitoringPrograms.RunAsync(program, arguments.Split(' '));
        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public void Every_alert_is_tested_to_be_quiet_to_fire_and_to_end()
    {
        string tests = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "prometheus", "failback.test.yml"));
        Assert.NotEmpty(AlertRules.Names);
        foreach (string name in AlertRules.Names)
        {
            string[] expected = [
                .. Expected().Matches(tests).Where(match => match.Groups["name"].Value == name)
                    .Select(match => match.Groups["value"].Value)];
            Assert.True(expected is ["", "1", "", ..], $"{name}: {string.Join(", ", expected)}");
        }
    }

    [Fact]
    public void Every_alert_has_its_part_of_the_runbook_and_no_part_is_without_alert()
    {
        string[] headings = [
            .. File.ReadLines(Path.Combine(Repository.Root, "docs", "operate", "alerts.md"))
                .Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..])];
        Assert.Equal(AlertRules.Names, headings);
        Assert.Equal(AlertRules.Names.Select(name => $"docs/operate/alerts.md#{name.ToLowerInvariant()}"), AlertRules.Runbooks);
    }

    [Fact]
    public void Rules_and_dashboards_name_metrics_of_the_catalogue_only()
    {
        IReadOnlySet<string> known = MetricsPage.SeriesNames();
        string[] named = [
            .. AlertRules.MetricsIn(AlertRules.Text), .. Dashboards.Queries("x").SelectMany(query => AlertRules.MetricsIn(query.Query))];
        Assert.NotEmpty(named);
        string[] unknown = [.. named.Where(name => !known.Contains(name)).Distinct(StringComparer.Ordinal)];
        Assert.Empty(unknown);
    }

    [Fact]
    public async Task Queries_of_the_dashboards_are_queries()
    {
        string folder = Directory.CreateTempSubdirectory("failback-queries-").FullName;
        string file = Path.Combine(folder, "queries.yml");
        // Every query as a recording rule: one call tells all that cannot be read.
        IEnumerable<string> rules = Dashboards.Queries("x").Select(
            (query, i) => $"      - record: query_{i}\n        expr: '{query.Query.Replace("'", "''", StringComparison.Ordinal)}'\n");
        await File.WriteAllTextAsync(
            file, "groups:\n  - name: queries\n    rules:\n" + string.Concat(rules), TestContext.Current.CancellationToken);
        (int exitCode, string said) = await MonitoringPrograms.RunAsync("promtool", "check", "rules", "--lint=none", file);
        Directory.Delete(folder, recursive: true);
        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public void Dashboards_have_ids_of_their_own_units_thresholds_and_room_for_each_panel()
    {
        Assert.Equal(2, Dashboards.All.Select(d => (string?)d.Content["uid"]).OfType<string>().Distinct(StringComparer.Ordinal).Count());
        foreach ((string file, JsonNode dashboard) in Dashboards.All)
        {
            JsonNode[] panels = [.. Dashboards.Panels(dashboard)];
            Assert.Equal(panels.Length, panels.Select(panel => (int)panel["id"]!).Distinct().Count());
            var taken = new HashSet<(int, int)>();
            foreach (JsonNode panel in panels)
            {
                JsonNode defaults = panel["fieldConfig"]!["defaults"]!;
                Assert.False(string.IsNullOrEmpty((string?)defaults["unit"]), $"{file}: {panel["title"]}");
                Assert.NotEmpty(defaults["thresholds"]!["steps"]!.AsArray());
                Assert.Equal("${datasource}", (string?)panel["datasource"]!["uid"]);
                JsonNode place = panel["gridPos"]!;
                (int x, int y, int w, int h) = ((int)place["x"]!, (int)place["y"]!, (int)place["w"]!, (int)place["h"]!);
                Assert.True(x + w <= 24, $"{file}: {panel["title"]}");
                for (int column = x; column < x + w; column++)
                {
                    for (int row = y; row < y + h; row++) Assert.True(taken.Add((column, row)), $"{file}: {panel["title"]} overlaps");
                }
            }
        }
    }

    [GeneratedRegex(
        @"alertname=""(?<name>\w+)"", alertstate=""firing""\}\)', eval_time: \w+, "
            + @"exp_samples: \[(\{ labels: '\{\}', value: (?<value>\d) \})?\]",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expected();
}
