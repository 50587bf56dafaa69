using Failback.Benchmarks;
using Failback.Benchmarks.Pipeline;

return await BenchmarkRun.MainAsync(args, [new LatencyBenchmark()]);
