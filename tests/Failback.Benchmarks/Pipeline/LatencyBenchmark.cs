using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Failback.Testing.Processes;
using Npgsql;
using NpgsqlTypes;

namespace Failback.Benchmarks.Pipeline;

/// <summary>
/// Time until a row is visible in PostgreSQL at 1,000 rows/s. A reader asks for new rows without a pause; its question takes
/// about a millisecond, which counts as latency.
/// </summary>
internal sealed class LatencyBenchmark : IBenchmark
{
    private const int RowsPerSecond = 1_000;

    /// <summary>Of each case, all its runs together.</summary>
    private static readonly TimeSpan Total = TimeSpan.FromSeconds(60);

    public string Name => "latency";

    public string Description => "until a row is visible in PostgreSQL, at 1,000 rows/s";

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken)
    {
        TimeSpan duration = Total * scale.Part / scale.Runs;
        Case[] cases = [
            .. (scale.Part < 1 ? [250] : (int[])[250, 1_000]).Select(every => new Case("consistent", TimeSpan.FromMilliseconds(every))),
            new Case("immediate", null)];
        await using FailbackStack stack = await FailbackStack.StartAsync();
        for (int run = 0; run < scale.Runs; run++)
        {
            foreach (Case one in cases)
                one.Samples.Add(await MeasureAsync(stack, $"latency-{run}-{Array.IndexOf(cases, one)}", one, duration, cancellationToken));
        }

        return [.. cases.SelectMany(Lines)];
    }

    private static IEnumerable<Measurement> Lines(Case one)
    {
        double Of(Func<Sample, List<double>> delays, double part) =>
            Statistics.Median(one.Samples.Select(s => Statistics.Percentile([.. delays(s).Order()], part)));
        string whole = string.Create(
            CultureInfo.InvariantCulture, $"from the feed: p50 {Of(s => s.AfterSent, 0.5):0}, p99 {Of(s => s.AfterSent, 0.99):0} ms");
        if (one.ResolvedEvery is not { } every)
        {
            string median = string.Create(CultureInfo.InvariantCulture, $"p50 {Of(s => s.AfterAccepted, 0.5):0} ms; {whole}");
            yield return Measurement.AtMost("immediate, from webhook accepted: p99", Of(s => s.AfterAccepted, 0.99), "ms", 50, median);
            yield break;
        }

        string what = string.Create(
            CultureInfo.InvariantCulture, $"consistent, resolved every {every.TotalMilliseconds:0} ms, without the wait for it");
        yield return Measurement.AtMost($"{what}: p50", Of(s => s.AfterResolved, 0.5), "ms", 50, whole);
        yield return Measurement.AtMost($"{what}: p99", Of(s => s.AfterResolved, 0.99), "ms", 200, whole);
    }

    private static async Task<Sample> MeasureAsync(
        FailbackStack stack, string name, Case one, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "create table events (id bigint primary key, kind text not null, at timestamptz not null, amount numeric(18,4), note text)");
        Uri webhook = await stack.StartFailbackAsync(name, database, "public", "events", new JsonObject { ["mode"] = one.Mode });
        using HttpClient client = stack.WebhookClient();
        var clock = Stopwatch.StartNew();
        var feed = new PacedFeed(client, webhook, RowsPerSecond, one.ResolvedEvery, ["events"]);
        using var stop = new CancellationTokenSource();
        Task<Dictionary<int, TimeSpan>> watching = WatchAsync(database, clock, stop.Token);
        int last = await feed.RunAsync(duration, clock, cancellationToken);
        await Wait.UntilAsync(
            async () => await database.ScalarAsync<long>("select count(*) from events") >= last, TimeSpan.FromSeconds(60),
            () => $"not all of {last} rows arrived");
        await stop.CancelAsync();
        Sample sample = Sample.Of(feed, await watching);
        await stack.Client.DeleteAsync(name);
        return sample;
    }

    /// <summary>When each row was first seen, by id.</summary>
    private static async Task<Dictionary<int, TimeSpan>> WatchAsync(
        TestDatabase database, Stopwatch clock, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<int, TimeSpan>();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand(
            "select id from events where id > $1", connection)
        { Parameters = { new() { NpgsqlDbType = NpgsqlDbType.Bigint } } };
        await command.PrepareAsync(CancellationToken.None);
        int complete = 0;
        for (bool last = false; !last;)
        {
            last = cancellationToken.IsCancellationRequested;
            command.Parameters[0].Value = (long)complete;
            await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(CancellationToken.None))
            {
                TimeSpan now = clock.Elapsed;
                while (await reader.ReadAsync(CancellationToken.None)) seen.TryAdd((int)reader.GetInt64(0), now);
            }

            while (seen.ContainsKey(complete + 1)) complete++;
        }

        return seen;
    }

    private sealed record Case(string Mode, TimeSpan? ResolvedEvery)
    {
        public List<Sample> Samples { get; } = [];
    }

    /// <summary>Milliseconds per row. The first second, in which everything is new, is left out.</summary>
    private sealed record Sample(List<double> AfterSent, List<double> AfterAccepted, List<double> AfterResolved)
    {
        private const int WarmUpRows = RowsPerSecond;

        public static Sample Of(PacedFeed feed, Dictionary<int, TimeSpan> seen)
        {
            var sample = new Sample([], [], []);
            int resolved = 0;
            foreach ((int id, (TimeSpan sent, TimeSpan accepted)) in feed.Rows.OrderBy(r => r.Key))
            {
                if (id <= WarmUpRows) continue;
                sample.AfterSent.Add((seen[id] - sent).TotalMilliseconds);
                sample.AfterAccepted.Add(Math.Max(0, (seen[id] - accepted).TotalMilliseconds));
                if (feed.Resolved.Count == 0) continue;
                while (feed.Resolved[resolved].Through < id) resolved++;
                sample.AfterResolved.Add((seen[id] - feed.Resolved[resolved].Sent).TotalMilliseconds);
            }

            return sample;
        }
    }
}
