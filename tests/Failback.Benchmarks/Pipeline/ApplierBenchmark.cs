using System.Diagnostics;
using System.Globalization;
using Failback.Testing.Processes;
using Npgsql;

namespace Failback.Benchmarks.Pipeline;

/// <summary>
/// The PostgreSQL applier draining a backlog, against the fastest loop that somebody would write by hand for the same rows in one connection: half of
/// the rows are there already. And with a thousand keys only, where the newest version of each row is enough.
/// </summary>
internal sealed class ApplierBenchmark : IBenchmark
{
    private const int Rows = 1_000_000;
    private const int HotKeys = 1_000;
    private const int HandBatch = 10_000;

    public string Name => "applier";

    public string Description => "the PostgreSQL applier draining a backlog, against a loop written by hand; hot keys; memory";

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken)
    {
        int rows = scale.Of(Rows);
        await using FailbackStack stack = await FailbackStack.StartAsync();
        List<double> drained = [], byHand = [], hot = [];
        for (int run = 0; run < scale.Runs; run++)
        {
            drained.Add(await DrainAsync(stack, rows, rows, cancellationToken));
            byHand.Add(await ByHandAsync(rows, cancellationToken));
            hot.Add(await DrainAsync(stack, rows, HotKeys, cancellationToken));
        }

        double applier = Statistics.Median(drained), hand = Statistics.Median(byHand), keys = Statistics.Median(hot);
        long peak = stack.Appliers[0].Memory().Peak >> 20;
        return
        [
            Measurement.Ratio("applier PostgreSQL / loop by hand", applier / hand, 0.8, Figures($"{rows} rows: applier {applier:0} rows/s, by hand {hand:0} rows/s")),
            Measurement.Ratio("hot keys / uniform", keys / applier, 2, Figures($"{rows} events over {HotKeys} keys: {keys:0} rows/s")),
            Measurement.AtMost("memory of the applier, peak", peak, "MB", 400, "while draining"),
        ];
    }

    private static async Task<double> DrainAsync(FailbackStack stack, int rows, long keys, CancellationToken cancellationToken)
    {
        await using Backlog backlog = await Backlog.CreateAsync(stack, tables: 1);
        await PreloadAsync(backlog.Database, keys, cancellationToken);
        await backlog.FillAsync(rows, keys, cancellationToken);
        return await backlog.DrainAsync(rows, cancellationToken);
    }

    private static async Task<double> ByHandAsync(int rows, CancellationToken cancellationToken)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync($"CREATE TABLE wide ({WideRow.Columns})");
        await PreloadAsync(database, rows, cancellationToken);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        long started = Stopwatch.GetTimestamp();
        for (int from = 0; from < rows; from += HandBatch) await WideRow.UpsertAsync(connection, from, Math.Min(HandBatch, rows - from), cancellationToken);
        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Every second row is there.</summary>
    private static async Task PreloadAsync(TestDatabase database, long keys, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        for (long from = 0; from < keys; from += HandBatch) await WideRow.UpsertAsync(connection, from, Math.Min(HandBatch, keys - from), cancellationToken);
        await using var command = new NpgsqlCommand("DELETE FROM wide WHERE id % 2 = 1", connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync(cancellationToken);
        await using var vacuum = new NpgsqlCommand("VACUUM ANALYZE wide", connection) { CommandTimeout = 300 };
        await vacuum.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Figures(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
