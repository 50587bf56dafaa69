using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Pipeline;

/// <summary>
/// Lag with a distant target: 1,000 rows/s over 10 and over 50 tables, resolved every 250 ms, in consistent mode. The distance is a proxy's
/// in front of the target; broker, sink and the reader that looks for rows are near. Statements that go one after the other cost a round
/// trip each, so that the lag would grow with the tables of a window.
/// </summary>
internal sealed class WanBenchmark : IBenchmark
{
    private const int RowsPerSecond = 1_000;
    private const double TablesRatio = 1.5;
    private static readonly TimeSpan ResolvedEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Of each case, all its runs together.</summary>
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(60);

    /// <summary>The last rows are there this soon after the last resolved timestamp: some windows, and what a busy machine adds.</summary>
    private static readonly TimeSpan KeepsUp = TimeSpan.FromSeconds(2);

    private static readonly int[] Distances = [0, 5, 20, 50];
    private static readonly int[] Tables = [10, 50];

    public string Name => "wan";

    public string Description => "lag with a distant target, by its distance and the number of tables";

    public bool IsQuick => false;

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken)
    {
        var lines = new List<Measurement>();
        lines.AddRange(await RunAsync(
            "PostgreSQL", "Failback.Applier.Postgres", () => SqlTarget.CreatePostgresAsync()!, scale, cancellationToken));
        lines.AddRange(await RunAsync(
            "MariaDB", "Failback.Applier.MySql", () => SqlTarget.CreateMySqlAsync("FAILBACK_TEST_MARIADB_URL"), scale, cancellationToken));
        return lines;
    }

    private static async Task<IReadOnlyList<Measurement>> RunAsync(
        string product, string applier, Func<Task<SqlTarget?>> create, BenchmarkScale scale, CancellationToken cancellationToken)
    {
        Case[] cases = [.. Distances.SelectMany(distance => Tables.Select(tables => new Case(distance, tables)))];
        await using FailbackStack stack = await FailbackStack.StartAsync(new StackOptions(Applier: applier));
        for (int run = 0; run < scale.Runs; run++)
        {
            foreach (Case one in cases)
            {
                await using SqlTarget? target = await create();
                if (target is null) return [];
                string name = $"wan-{run}-{Array.IndexOf(cases, one)}";
                one.Samples.Add(await MeasureAsync(stack, name, one, target, Total * scale.Part / scale.Runs, cancellationToken));
            }
        }

        return [.. Distances.SelectMany(distance => Lines(
            product, cases.Single(c => c.Distance == distance && c.Tables == Tables[0]),
            cases.Single(c => c.Distance == distance && c.Tables == Tables[^1])))];
    }

    private static IEnumerable<Measurement> Lines(string product, Case few, Case many)
    {
        string where = $"{product}, {few.Distance} ms away";
        yield return Measurement.AtMost(
            $"{where}: p50 with {many.Tables} tables / with {few.Tables}", many.Lag(0.5) / few.Lag(0.5), "", TablesRatio,
            $"{few}; {many}");
        yield return Measurement.AtMost(
            $"{where}: last rows with {many.Tables} tables after", many.Samples.Max(s => s.Rest.TotalSeconds), "s", KeepsUp.TotalSeconds,
            string.Create(CultureInfo.InvariantCulture, $"with {few.Tables}: {few.Samples.Max(s => s.Rest.TotalSeconds):0.00} s"));
    }

    private static async Task<Sample> MeasureAsync(
        FailbackStack stack, string name, Case one, SqlTarget target, TimeSpan duration, CancellationToken cancellationToken)
    {
        foreach (string table in one.Names)
        {
            await target.ExecuteAsync(
                $"create table {table} (id bigint primary key, kind varchar(20) not null, at timestamp(6) not null, amount decimal(18,4), "
                    + "note varchar(200))");
        }

        var url = new Uri(target.Database.Url);
        await using var proxy = new DelayProxy(url.Host, url.Port, TimeSpan.FromMilliseconds(one.Distance));
        string distant = new UriBuilder(url) { Host = "127.0.0.1", Port = proxy.Port }.Uri.AbsoluteUri;
        Uri webhook = await stack.StartFailbackAsync(
            name, target.Database, target.Schema, "events_.*", new JsonObject { ["target"] = distant, ["mode"] = "consistent" });
        using HttpClient client = stack.WebhookClient();
        var clock = Stopwatch.StartNew();
        var feed = new PacedFeed(client, webhook, RowsPerSecond, ResolvedEvery, one.Names);
        using var stop = new CancellationTokenSource();
        Task<IReadOnlyList<(int Id, TimeSpan At)>> watching = WatchAsync(target, one.Names[0], clock, stop.Token);
        long trips = proxy.RoundTrips;
        int last = await feed.RunAsync(duration, clock, cancellationToken);
        TimeSpan fed = clock.Elapsed;
        for (int place = 0; place < one.Tables; place++)
        {
            int highest = last - (((last - place) % one.Tables + one.Tables) % one.Tables);
            await Wait.UntilAsync(
                async () => await HighestAsync(target, one.Names[place]) >= highest, TimeSpan.FromMinutes(2),
                () => $"the rows of {one.Names[place]} did not arrive");
        }

        TimeSpan rest = clock.Elapsed - fed;
        double tripsPerWindow = (proxy.RoundTrips - trips) / (double)feed.Resolved.Count;
        await stop.CancelAsync();
        IReadOnlyList<(int Id, TimeSpan At)> seen = await watching;
        await stack.Client.DeleteAsync(name);
        return new Sample(Lags(feed, seen, one.Tables), tripsPerWindow, rest);
    }

    /// <summary>Returns the highest ids of a table as they became visible.</summary>
    private static async Task<IReadOnlyList<(int Id, TimeSpan At)>> WatchAsync(
        SqlTarget target, string table, Stopwatch clock, CancellationToken cancellationToken)
    {
        var seen = new List<(int Id, TimeSpan At)>();
        while (!cancellationToken.IsCancellationRequested)
        {
            int highest = await HighestAsync(target, table);
            if (seen.Count == 0 || seen[^1].Id < highest) seen.Add((highest, clock.Elapsed));
            await Task.Delay(2, CancellationToken.None);
        }

        return seen;
    }

    private static async Task<int> HighestAsync(SqlTarget target, string table) =>
        int.Parse(await target.ScalarAsync($"select coalesce(max(id), 0) from {table}"), CultureInfo.InvariantCulture);

    /// <summary>
    /// Milliseconds from the request of each row of the watched table; the first two seconds, in which all is new, are left out.
    /// </summary>
    private static double[] Lags(PacedFeed feed, IReadOnlyList<(int Id, TimeSpan At)> seen, int tables)
    {
        var lags = new List<double>();
        int next = 0;
        foreach ((int id, (TimeSpan sent, _)) in feed.Rows.Where(r => r.Key % tables == 0 && r.Key > 2 * RowsPerSecond).OrderBy(r => r.Key))
        {
            while (next < seen.Count && seen[next].Id < id) next++;
            if (next == seen.Count) break;
            lags.Add((seen[next].At - sent).TotalMilliseconds);
        }

        return [.. lags.Order()];
    }

    /// <summary>A distance and a number of tables.</summary>
    /// <param name="Distance">Milliseconds of a round trip to the target.</param>
    /// <param name="Tables">Tables among which the rows are divided.</param>
    private sealed record Case(int Distance, int Tables)
    {
        public string[] Names { get; } = [.. Enumerable.Range(0, Tables).Select(i => $"events_{i}")];

        public List<Sample> Samples { get; } = [];

        public double Lag(double part) => Statistics.Median(Samples.Select(s => Statistics.Percentile(s.Lags, part)));

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Tables} tables: p50 {Lag(0.5):0}, p99 {Lag(0.99):0} ms, {Statistics.Median(Samples.Select(s => s.Trips)):0.0} round trips "
                + $"a window");
    }

    /// <summary>What one run showed.</summary>
    /// <param name="Lags">Milliseconds from sent to visible, sorted.</param>
    /// <param name="Trips">Round trips to the target for each resolved timestamp, heartbeats included.</param>
    /// <param name="Rest">Time from the last resolved timestamp until all rows are visible.</param>
    private sealed record Sample(double[] Lags, double Trips, TimeSpan Rest);
}
