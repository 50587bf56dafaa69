using Failback.Benchmarks;
using Failback.Benchmarks.Dialects;
using Failback.Benchmarks.Pipeline;
using Failback.Benchmarks.Scale;

// The peer of the sink's benchmark runs as a child of this program.
if (Environment.GetEnvironmentVariable(BareSink.Argument)?.Split(' ') is [var port, var broker, var queue])
    return await BareSink.RunAsync(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), new Uri(broker), queue);

return await BenchmarkRun.MainAsync(
    args, [new SinkBenchmark(), new ApplierBenchmark(ApplierSubject.Postgres), new ApplierBenchmark(ApplierSubject.MariaDb),
        new ScriptBenchmark(), new FlowBenchmark(), new LatencyBenchmark(), new GrowthBenchmark(), new DialectBenchmark(),
            new SpreadBenchmark(), new WanBenchmark()]);
