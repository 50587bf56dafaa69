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

    public string Name => "latency";

    public string Description => "until a row is visible in PostgreSQL, at 1,000 rows/s";

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken)
    {
        TimeSpan duration = TimeSpan.FromSeconds(Math.Max(10, 60 * scale.Part));
        await using FailbackStack stack = await FailbackStack.StartAsync();
        var lines = new List<Measurement>();
        foreach (int every in scale.Part < 1 ? [250] : (int[])[250, 1_000])
        {
            Sample sample = await MeasureAsync(stack, $"consistent-{every}", "consistent", TimeSpan.FromMilliseconds(every), duration, cancellationToken);
            List<double> waited = [.. sample.AfterResolved.Order()];
            List<double> whole = [.. sample.AfterSent.Order()];
            string detail = $"from the feed: p50 {Text(whole, 0.5)}, p99 {Text(whole, 0.99)} ms";
            lines.Add(Measurement.AtMost($"consistent, resolved every {every} ms, without the wait for it: p50", Statistics.Percentile(waited, 0.5), "ms", 50, detail));
            lines.Add(Measurement.AtMost($"consistent, resolved every {every} ms, without the wait for it: p99", Statistics.Percentile(waited, 0.99), "ms", 200, detail));
        }

        Sample immediate = await MeasureAsync(stack, "immediate", "immediate", null, duration, cancellationToken);
        List<double> accepted = [.. immediate.AfterAccepted.Order()];
        List<double> sent = [.. immediate.AfterSent.Order()];
        lines.Add(Measurement.AtMost("immediate, from webhook accepted: p99", Statistics.Percentile(accepted, 0.99), "ms", 50, $"p50 {Text(accepted, 0.5)} ms; from the feed: p50 {Text(sent, 0.5)}, p99 {Text(sent, 0.99)} ms"));
        return lines;
    }

    private static async Task<Sample> MeasureAsync(FailbackStack stack, string name, string mode, TimeSpan? resolvedEvery, TimeSpan duration, CancellationToken cancellationToken)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table events (id bigint primary key, kind text not null, at timestamptz not null, amount numeric(18,4), note text)");
        Uri webhook = await stack.StartFailbackAsync(name, database, "public", "events", new JsonObject { ["mode"] = mode });
        using HttpClient client = stack.WebhookClient();
        var clock = Stopwatch.StartNew();
        var feed = new PacedFeed(client, webhook, RowsPerSecond, resolvedEvery);
        using var stop = new CancellationTokenSource();
        Task<Dictionary<int, TimeSpan>> watching = WatchAsync(database, clock, stop.Token);
        int last = await feed.RunAsync(duration, clock, cancellationToken);
        await Wait.UntilAsync(async () => await database.ScalarAsync<long>("select count(*) from events") >= last, TimeSpan.FromSeconds(60), () => $"not all of {last} rows arrived");
        await stop.CancelAsync();
        Sample sample = Sample.Of(feed, await watching);
        await stack.Client.DeleteAsync(name);
        return sample;
    }

    /// <summary>When each row was first seen, by id.</summary>
    private static async Task<Dictionary<int, TimeSpan>> WatchAsync(TestDatabase database, Stopwatch clock, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<int, TimeSpan>();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand("select id from events where id > $1", connection) { Parameters = { new() { NpgsqlDbType = NpgsqlDbType.Bigint } } };
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

    private static string Text(List<double> sorted, double part) => Statistics.Percentile(sorted, part).ToString("0", CultureInfo.InvariantCulture);

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
