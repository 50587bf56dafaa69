using System.Diagnostics;
using System.Globalization;
using Failback.Benchmarks.Replication;
using Failback.Benchmarks.Targets;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Pipeline;

/// <summary>
/// An applier draining a backlog of which half of the rows are there already, against the fastest loop that somebody would write by hand
/// for the same rows in one connection, and against the product's own replication from another local server. And with a thousand keys only,
/// where the newest version of each row is enough.
/// </summary>
internal sealed class ApplierBenchmark(ApplierSubject subject) : IBenchmark
{
    private const int Rows = 1_000_000;
    private const int HotKeys = 1_000;
    private const int WarmUpRows = 50_000;

    public string Name => subject.Name;

    public string Description =>
        $"the {subject.Product} applier draining a backlog, against a loop written by hand and {subject.Product}'s own replication";

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken)
    {
        if (subject.Server() is not { Length: > 0 }) return [];
        int rows = Math.Max(subject.LeastRows, scale.Of(Rows));
        await using IReplication replication = await subject.StartReplicationAsync();
        await using FailbackStack stack = await FailbackStack.StartAsync(new StackOptions(Applier: subject.Applier));
        List<double> drained = [], hot = [], cost = [], replicated = [];
        var byHand = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        await Backlog.WarmUpAsync(stack, await subject.CreateAsync(), null, cancellationToken);
        await ByHandAsync(WarmUpRows, [], cancellationToken);
        for (int run = 0; run < scale.Runs; run++)
        {
            (double speed, double micros) = await DrainAsync(stack, rows, rows, cancellationToken);
            drained.Add(speed);
            cost.Add(micros);
            await ByHandAsync(rows, byHand, cancellationToken);
            await using (IWideTarget target = await PreloadedAsync(rows, cancellationToken)) replicated.Add(
                await replication.ApplyAsync(target, rows, cancellationToken));
            if (subject.WithHotKeys) hot.Add((await DrainAsync(stack, rows, HotKeys, cancellationToken)).Speed);
        }

        return Lines(
            rows, Statistics.Median(drained), Statistics.Median(cost), byHand.ToDictionary(w => w.Key, w => Statistics.Median(w.Value)),
            (replication.Name, Statistics.Median(replicated)), hot, stack);
    }

    private List<Measurement> Lines(
        int rows, double applier, double cost, Dictionary<string, double> byHand, (string Name, double Speed) replication, List<double> hot,
        FailbackStack stack)
    {
        string ways = string.Join(", ", byHand.Select(w => Figures($"{w.Key} {w.Value:0}")));
        var lines = new List<Measurement>
        {
            Measurement.Ratio(
                $"applier {subject.Product} / loop by hand", applier / byHand.Values.Max(), 0.8,
                Figures($"{rows} rows: applier {applier:0} rows/s, {cost:0.0} µs of its processor time a row; by hand {ways} rows/s")),
            Measurement.Ratio(
                $"applier {subject.Product} / {replication.Name}", applier / replication.Speed, subject.OverReplication,
                Figures($"{replication.Name} {replication.Speed:0} rows/s")),
        };
        if (hot.Count > 0)
            lines.Add(
                Measurement.Ratio(
                    "hot keys / uniform", Statistics.Median(hot) / applier, 2,
                    Figures($"{rows} events over {HotKeys} keys: {Statistics.Median(hot):0} rows/s")));
        lines.Add(
            Measurement.AtMost(
                $"memory of the {subject.Product} applier, peak", stack.Appliers[0].Memory().Peak >> 20, "MB", 400, "while draining"));
        return lines;
    }

    private async Task<(double Speed, double Micros)> DrainAsync(
        FailbackStack stack, int rows, long keys, CancellationToken cancellationToken)
    {
        await using Backlog backlog = await Backlog.CreateAsync(stack, tables: 1, await subject.CreateAsync());
        await backlog.Target.PreloadAsync(keys, cancellationToken);
        await backlog.FillAsync(rows, keys, cancellationToken);
        TimeSpan before = stack.Appliers[0].Cpu();
        double speed = await backlog.DrainAsync(rows, cancellationToken);
        return (speed, (stack.Appliers[0].Cpu() - before).TotalMicroseconds / rows);
    }

    private async Task ByHandAsync(int rows, Dictionary<string, List<double>> byHand, CancellationToken cancellationToken)
    {
        for (int way = 0; ; way++)
        {
            await using IWideTarget target = await PreloadedAsync(rows, cancellationToken);
            if (way == target.Ways.Count) return;
            long started = Stopwatch.GetTimestamp();
            for (int from = 0; from < rows; from += WideRow.HandBatch) await target.Ways[way]
                .UpsertAsync(from, Math.Min(WideRow.HandBatch, rows - from), cancellationToken);
            if (!byHand.TryGetValue(target.Ways[way].Name, out List<double>? speeds)) byHand[target.Ways[way].Name] = speeds = [];
            speeds.Add(rows / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }

    private async Task<IWideTarget> PreloadedAsync(int rows, CancellationToken cancellationToken)
    {
        IWideTarget target = await subject.CreateAsync();
        await target.CreateTablesAsync(["wide"], cancellationToken);
        await target.PreloadAsync(rows, cancellationToken);
        return target;
    }

    private static string Figures(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
