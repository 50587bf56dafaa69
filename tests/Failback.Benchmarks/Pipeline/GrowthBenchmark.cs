using System.Globalization;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Pipeline;

/// <summary>
/// What more tables and more rows cost, memory included: of a hundred queues the one whose resolved timestamp comes last decides how much
/// is held.
/// </summary>
internal sealed class GrowthBenchmark : IBenchmark
{
    private const int Rows = 500_000;

    public string Name => "growth";

    public string Description => "rows per second with 1, 10 and 100 tables, and with ten times the rows";

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken)
    {
        int rows = scale.Of(Rows);
        await using FailbackStack stack = await FailbackStack.StartAsync();
        await Backlog.WarmUpAsync(stack, null, null, cancellationToken);
        List<Round> rounds = [];
        for (int run = 0; run < scale.Runs; run++)
        {
            double single = await DrainAsync(stack, 1, rows, cancellationToken);
            double tens = await DrainAsync(stack, 10, rows, cancellationToken);
            double hundreds = await DrainAsync(stack, 100, rows, cancellationToken);
            rounds.Add(new Round(single, tens, hundreds, await DrainAsync(stack, 1, 10 * rows, cancellationToken)));
        }

        double Of(Func<Round, double> figure) => Statistics.Median(rounds.Select(figure));
        double one = Of(r => r.One), ten = Of(r => r.Ten), hundred = Of(r => r.Hundred), many = Of(r => r.Many);
        return
        [
            Measurement.Ratio("10 tables / 1 table", Of(r => r.Ten / r.One), 0.8, Figures($"{rows} rows: {ten:0} and {one:0} rows/s")),
            Measurement.Ratio(
                "100 tables / 10 tables", Of(r => r.Hundred / r.Ten), 0.7, Figures($"{rows} rows: {hundred:0} and {ten:0} rows/s")),
            Measurement.AtMost(
                "time per row, ten times the rows", Of(r => r.One / r.Many), "", 1.1,
                Figures($"{10 * rows} rows: {many:0} rows/s, {rows} rows: {one:0} rows/s")),
            Measurement.AtMost(
                "memory of the applier, 100 tables, peak", stack.Appliers[0].Memory().Peak >> 20, "MB", 400, "while draining"),
        ];
    }

    private static async Task<double> DrainAsync(FailbackStack stack, int tables, int rows, CancellationToken cancellationToken)
    {
        await using Backlog backlog = await Backlog.CreateAsync(stack, tables);
        await backlog.FillAsync(rows, rows, cancellationToken);
        return await backlog.DrainAsync(rows, cancellationToken);
    }

    private static string Figures(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Rows per second with so many tables, and of one table with ten times the rows.</summary>
    private sealed record Round(double One, double Ten, double Hundred, double Many);
}
