using System.Globalization;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Pipeline;

/// <summary>
/// The PostgreSQL applier draining a backlog through a userscript that changes nothing, and through one that changes every row, against no
/// script.
/// </summary>
internal sealed class ScriptBenchmark : IBenchmark
{
    private const int Rows = 1_000_000;
    private const string Identity = "import * as api from 'failback@v1';\napi.table('wide', { upsert: row => row });\n";
    private const string Change =
        "import * as api from 'failback@v1';\napi.table('wide', { upsert: row => ({ ...row, id: row.id, note: null }), ignore: ['note'] "
            + "});\n";

    public string Name => "scripts";

    public string Description => "the PostgreSQL applier draining a backlog with a userscript, against none";

    public bool IsQuick => false;

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken)
    {
        int rows = scale.Of(Rows);
        await using FailbackStack stack = await FailbackStack.StartAsync();
        await Backlog.WarmUpAsync(stack, null, null, cancellationToken);
        await Backlog.WarmUpAsync(stack, null, Identity, cancellationToken);
        List<double> plain = [], identity = [], change = [];
        for (int run = 0; run < scale.Runs; run++)
        {
            plain.Add(await DrainAsync(stack, rows, null, cancellationToken));
            identity.Add(await DrainAsync(stack, rows, Identity, cancellationToken));
            change.Add(await DrainAsync(stack, rows, Change, cancellationToken));
        }

        double none = Statistics.Median(plain), same = Statistics.Median(identity), changed = Statistics.Median(change);
        return
        [
            Measurement.Ratio(
                "identity script / no script", same / none, 0.5, Figures($"{rows} rows: {same:0} rows/s, without {none:0} rows/s")),
            Measurement.Ratio("script that changes every row / no script", changed / none, 0.25, Figures($"{changed:0} rows/s")),
        ];
    }

    private static async Task<double> DrainAsync(FailbackStack stack, int rows, string? userscript, CancellationToken cancellationToken)
    {
        await using Backlog backlog = await Backlog.CreateAsync(stack, tables: 1, userscript: userscript);
        await backlog.FillAsync(rows, rows, cancellationToken);
        return await backlog.DrainAsync(rows, cancellationToken);
    }

    private static string Figures(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
