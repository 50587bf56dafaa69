using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Pipeline;

/// <summary>
/// Rows of 1 KB in bodies of 1 MiB over four connections: how many the sink accepts, against an endpoint that only publishes the body; its
/// processor time per row, against merely walking the same bytes as JSON; and its memory. The two take turns in short blocks, so that both
/// see the same machine.
/// </summary>
internal sealed class SinkBenchmark : IBenchmark
{
    private const int RowsPerBody = 1_000;
    private const int NoteBytes = 700;
    private const int Bodies = 16;
    private const int Connections = 4;
    private const int Requests = 200;
    private const int WarmUps = 3;
    private const int BlocksPerRun = 4;
    private const int LeastBlocks = 2;

    public string Name => "sink";

    public string Description =>
        "rows accepted by the sink, against an endpoint that only publishes; processor time, against walking the JSON; memory";

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken)
    {
        byte[][] bodies = [
            .. Enumerable.Range(0, Bodies)
                .Select(i => WideRow.Body((i * RowsPerBody) + 1, (i + 1) * RowsPerBody, long.MaxValue, "wide", NoteBytes))];
        await using FailbackStack stack = await FailbackStack.StartAsync();
        await using BareSinkProcess bare = await BareSinkProcess.StartAsync(stack.Broker);
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"CREATE TABLE wide ({WideRow.Columns})");
        using HttpClient client = stack.WebhookClient();
        List<Pair> pairs = [];
        int blocks = Math.Max(LeastBlocks, scale.Of(scale.Runs * BlocksPerRun));
        for (int block = -WarmUps; block < blocks; block++)
        {
            string name = $"sink{block + WarmUps}";
            Uri webhook = await stack.StartFailbackAsync(name, database, "public", "wide");
            await stack.Client.ActAsync(name, "pause");
            Block sink = await PostAsync(client, webhook, stack.Sinks[0], bodies, cancellationToken);
            await stack.Client.DeleteAsync(name);
            Block peer = await PostAsync(bare.Client, bare.Url, bare.Process, bodies, cancellationToken);
            await bare.PurgeAsync(cancellationToken);
            double walk = Walk(bodies);
            if (block >= 0) pairs.Add(new Pair(sink, peer, walk));
            else await Task.WhenAll(Warmth.RestAsync(stack.Sinks[0], cancellationToken), Warmth.RestAsync(bare.Process, cancellationToken));
        }

        return Lines(pairs, bodies[0].Length, stack.Sinks[0].Memory().Peak);
    }

    private static List<Measurement> Lines(List<Pair> pairs, int bytes, long peak)
    {
        double Of(Func<Pair, double> figure) => Statistics.Median(pairs.Select(figure));
        return
        [
            Measurement.Ratio("sink / endpoint that only publishes", Of(p => p.Sink.RowsPerSecond / p.Bare.RowsPerSecond), 0.75,
                $"{pairs.Count} times {Requests} bodies of {bytes >> 10} KiB: {Of(p => p.Sink.RowsPerSecond):0} and "
                    + $"{Of(p => p.Bare.RowsPerSecond):0} rows/s"),
            Measurement.AtMost("sink processor time / walking the JSON", Of(p => p.Sink.Microseconds / p.Walk), "", 3,
                $"{Of(p => p.Sink.Microseconds):0.00} and {Of(p => p.Walk):0.00} µs per row; the endpoint that only publishes "
                    + $"{Of(p => p.Bare.Microseconds):0.00}"),
            Measurement.AtMost("memory of the sink, peak", peak >> 20, "MB", 250, "at full speed"),
        ];
    }

    private static async Task<Block> PostAsync(
        HttpClient client, Uri url, ServiceProcess server, byte[][] bodies, CancellationToken cancellationToken)
    {
        const double rows = (double)Requests * RowsPerBody;
        TimeSpan before = server.Cpu();
        long started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(
            0, Requests, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken },
            async (i, token) =>
        {
            while (!await IsAcceptedAsync(client, url, bodies[i % bodies.Length], token)) await Task.Delay(100, token);
        });
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new Block(rows / seconds, (server.Cpu() - before).TotalMicroseconds / rows);
    }

    /// <summary>False when it is to be sent again, as a changefeed does.</summary>
    private static async Task<bool> IsAcceptedAsync(HttpClient client, Uri url, byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using HttpResponseMessage answer = await client.PostAsync(url, content, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) return false;
        answer.EnsureSuccessStatusCode();
        return true;
    }

    /// <summary>Microseconds of processor time per row of reading every token once; long enough for a clock of ten milliseconds.</summary>
    private static double Walk(byte[][] bodies)
    {
        const int times = 25;
        using var self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        long tokens = 0;
        for (int i = 0; i < times * bodies.Length; i++)
        {
            var reader = new Utf8JsonReader(bodies[i % bodies.Length]);
            while (reader.Read()) tokens++;
        }

        self.Refresh();
        if (tokens == 0) throw new InvalidOperationException("nothing was read");
        return (self.TotalProcessorTime - before).TotalMicroseconds / (times * bodies.Length * RowsPerBody);
    }

    private sealed record Block(double RowsPerSecond, double Microseconds);

    private sealed record Pair(Block Sink, Block Bare, double Walk);
}
