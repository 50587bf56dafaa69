using System.Globalization;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Pipeline;

/// <summary>Sink, broker and applier at the same time, against the slower of the two alone.</summary>
internal sealed class FlowBenchmark : IBenchmark
{
    private const int Rows = 1_000_000;

    public string Name => "flow";

    public string Description => "end to end, sustained, against the slower of sink and applier alone";

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken)
    {
        int rows = scale.Of(Rows);
        await using FailbackStack stack = await FailbackStack.StartAsync();
        await Backlog.WarmUpAsync(stack, null, null, cancellationToken);
        List<double> filled = [], drained = [], flowed = [];
        for (int run = 0; run < scale.Runs; run++)
        {
            await using Backlog backlog = await Backlog.CreateAsync(stack, tables: 1);
            filled.Add(await backlog.FillAsync(rows, rows, cancellationToken));
            drained.Add(await backlog.DrainAsync(rows, cancellationToken));
            await using Backlog fresh = await Backlog.CreateAsync(stack, tables: 1);
            flowed.Add(await fresh.FlowAsync(rows, rows, cancellationToken));
        }

        double fill = Statistics.Median(filled), drain = Statistics.Median(drained), flow = Statistics.Median(flowed);
        string detail = string.Create(
            CultureInfo.InvariantCulture, $"{rows} rows: sink alone {fill:0}, applier alone {drain:0}, together {flow:0} rows/s");
        return
        [
            Measurement.Ratio("end to end / slower stage alone", flow / Math.Min(fill, drain), 0.6, detail),
            Measurement.AtMost("memory of the sink, peak", stack.Sinks[0].Memory().Peak >> 20, "MB", 250, "at full speed"),
        ];
    }
}
