using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Pipeline;

/// <summary>
/// Rows of 1 KB in bodies of 1 MiB over four connections: how many the sink accepts, against an endpoint that only publishes the body; and its processor
/// time per row, against merely walking the same bytes as JSON.
/// </summary>
internal sealed class SinkBenchmark : IBenchmark
{
    private const int RowsPerBody = 1_000;
    private const int NoteBytes = 700;
    private const int Bodies = 16;
    private const int Requests = 300;
    private const int Connections = 4;

    public string Name => "sink";

    public string Description => "rows accepted by the sink, against an endpoint that only publishes; processor time, against walking the JSON";

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken)
    {
        byte[][] bodies = [.. Enumerable.Range(0, Bodies).Select(i => WideRow.Body((i * RowsPerBody) + 1, (i + 1) * RowsPerBody, long.MaxValue, "wide", NoteBytes))];
        int requests = Math.Max(Bodies, scale.Of(Requests));
        await using FailbackStack stack = await FailbackStack.StartAsync();
        await using BareProcess bare = await BareProcess.StartAsync(stack);
        List<double> sink = [], peer = [], cpu = [], walk = [];
        for (int run = 0; run <= scale.Runs; run++)
        {
            await using TestDatabase database = await TestDatabase.CreateAsync();
            await database.ExecuteAsync($"CREATE TABLE wide ({WideRow.Columns})");
            string name = $"sink{run}";
            Uri webhook = await stack.StartFailbackAsync(name, database, "public", "wide");
            await stack.Client.ActAsync(name, "pause");
            TimeSpan before = stack.Sinks[0].Cpu();
            using HttpClient client = stack.WebhookClient();
            double accepted = await PostAsync(client, webhook, bodies, requests, cancellationToken);
            double used = (stack.Sinks[0].Cpu() - before).TotalMicroseconds / (requests * RowsPerBody);
            await stack.Client.DeleteAsync(name);
            double published = await PostAsync(bare.Client, bare.Url, bodies, requests, cancellationToken);
            double walked = Walk(bodies);
            if (run == 0) continue; // warms up
            sink.Add(accepted);
            peer.Add(published);
            cpu.Add(used);
            walk.Add(walked);
        }

        double rows = Statistics.Median(sink), limit = Statistics.Median(peer), microseconds = Statistics.Median(cpu), least = Statistics.Median(walk);
        return
        [
            Measurement.Ratio("sink / endpoint that only publishes", rows / limit, 0.75, Figures($"{requests} bodies of {bodies[0].Length >> 10} KiB: {rows:0} and {limit:0} rows/s")),
            Measurement.AtMost("sink processor time / walking the JSON", microseconds / least, "", 3, Figures($"{microseconds:0.0} and {least:0.0} µs per row")),
        ];
    }

    /// <summary>Rows per second.</summary>
    private static async Task<double> PostAsync(HttpClient client, Uri url, byte[][] bodies, int requests, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = Connections, CancellationToken = cancellationToken }, async (i, token) =>
        {
            using var content = new ByteArrayContent(bodies[i % bodies.Length]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using HttpResponseMessage answer = await client.PostAsync(url, content, token);
            answer.EnsureSuccessStatusCode();
        });
        return requests * (double)RowsPerBody / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Microseconds per row of reading every token once.</summary>
    private static double Walk(byte[][] bodies)
    {
        using var self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        long tokens = 0;
        foreach (byte[] body in bodies)
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read()) tokens++;
        }

        self.Refresh();
        if (tokens == 0) throw new InvalidOperationException("nothing was read");
        return (self.TotalProcessorTime - before).TotalMicroseconds / (bodies.Length * RowsPerBody);
    }

    private static string Figures(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary><see cref="BareSink"/> running.</summary>
    private sealed class BareProcess(ServiceProcess process, int port) : IAsyncDisposable
    {
        public Uri Url { get; } = new($"https://127.0.0.1:{port}/");

        public HttpClient Client { get; } = new(new SpreadHandler([port]));

        public static async Task<BareProcess> StartAsync(FailbackStack stack)
        {
            int free = Ports.Next();
            var settings = new Dictionary<string, string>
            {
                [BareSink.Argument] = string.Create(CultureInfo.InvariantCulture, $"{free} {stack.Broker.Uri} bare.{free}"),
            };
            var process = new ServiceProcess(BareSink.Argument, typeof(SinkBenchmark).Assembly.Location, settings, new Uri($"https://127.0.0.1:{free}"), Path.Combine(Path.GetTempPath(), $"failback-bare-{free}.log"));
            process.Start();
            var running = new BareProcess(process, free);
            await Wait.UntilAsync(async () =>
            {
                try
                {
                    using HttpResponseMessage answer = await running.Client.GetAsync(new Uri(running.Url, "readyz"));
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            }, TimeSpan.FromSeconds(30), () => process.LogTail());
            return running;
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await process.DisposeAsync();
            File.Delete(process.LogFile);
        }
    }
}
