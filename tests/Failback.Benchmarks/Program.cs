using Failback.Benchmarks;
using Failback.Benchmarks.Dialects;
using Failback.Benchmarks.Pipeline;

return await BenchmarkRun.MainAsync(args, [new LatencyBenchmark(), new DialectBenchmark()]);
