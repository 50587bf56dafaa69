using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Apply.Writing;

namespace Failback.Benchmarks.Dialects;

/// <summary>
/// Rows per second of each dialect's bulk upsert, from the JSON of a queue to the commit, against the same rows written by hand with the
/// driver from typed values. Half of the rows are inserted, half updated. Runs alternate, medians are compared.
/// </summary>
internal sealed class DialectBenchmark : IBenchmark
{
    private const int Rows = 20_000;
    private const double LeastPart = 0.6;
    private static readonly IBulkTarget[] Targets = [
        new PostgresBulk(), new MySqlBulkTarget("MariaDB", "FAILBACK_TEST_MARIADB_URL"),
        new MySqlBulkTarget("MySQL", "FAILBACK_TEST_MYSQL_URL"), new OracleBulk()];

    public string Name => "dialects";

    public string Description => "rows per second of each dialect's bulk upsert against hand-written statements of its driver";

    public async Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken)
    {
        var lines = new List<Measurement>();
        foreach (IBulkTarget target in Targets.Where(t => !string.IsNullOrEmpty(t.ServerUrl)))
        {
            await using BulkDatabase database = await BulkDatabase.CreateAsync(target, cancellationToken);
            lines.Add(await MeasureAsync(target, database, secondIndex: false, scale, cancellationToken));
            lines.Add(await MeasureAsync(target, database, secondIndex: true, scale, cancellationToken));
        }

        return lines;
    }

    private static async Task<Measurement> MeasureAsync(
        IBulkTarget target, BulkDatabase database, bool secondIndex, BenchmarkScale scale, CancellationToken cancellationToken)
    {
        foreach (string statement in target.Ddl(secondIndex)) await database.ExecuteAsync(statement, cancellationToken);
        TargetTable table = (await target.Dialect.Catalog.ReadAsync(database.Connection, "", cancellationToken)).Single(
            t => t.Name.Table.Equals("bulk", StringComparison.OrdinalIgnoreCase));
        BulkRow[][] versions = [BulkRow.Make(scale.Of(Rows), 0), BulkRow.Make(scale.Of(Rows), 1)];
        TableChanges[] changes = [.. versions.Select(rows => Changes(table, rows))];
        List<(string Name, Func<DbTransaction, int, Task> Write)> sides = [
            ("dialect", (transaction, version) => UpsertAsync(target.Dialect, transaction, changes[version], cancellationToken))];
        sides.AddRange(
            target.ByHand(secondIndex)
            .Select(hand => (
                hand.Name, (Func<DbTransaction, int, Task>)((transaction, version) => hand.Write(transaction, versions[version])))));
        double[] speeds = await RaceAsync(database, sides, scale, cancellationToken);
        int best = Enumerable.Range(1, sides.Count - 1).MaxBy(i => speeds[i]);
        string figures = string.Join(
            ", ", sides.Select((side, i) => string.Create(CultureInfo.InvariantCulture, $"{side.Name} {speeds[i]:0} rows/s")));
        return Measurement.Ratio(
            $"{target.Name}, {(secondIndex ? "second unique index" : "primary key only")}: part of {sides[best].Name}",
            speeds[0] / speeds[best], LeastPart, figures);
    }

    /// <summary>Rows per second of each side, both phases together; the first round only warms up.</summary>
    private static async Task<double[]> RaceAsync(
        BulkDatabase database, List<(string Name, Func<DbTransaction, int, Task> Write)> sides, BenchmarkScale scale,
        CancellationToken cancellationToken)
    {
        var speeds = new List<double>[sides.Count];
        for (int run = 0; run <= scale.Runs; run++)
        {
            for (int side = 0; side < sides.Count; side++)
            {
                speeds[side] ??= [];
                await database.ExecuteAsync("DELETE FROM bulk", cancellationToken);
                long started = Stopwatch.GetTimestamp();
                for (int version = 0; version < 2; version++)
                {
                    await using DbTransaction transaction = await database.Connection.BeginTransactionAsync(
                        System.Data.IsolationLevel.ReadCommitted, cancellationToken);
                    await sides[side].Write(transaction, version);
                    await transaction.CommitAsync(cancellationToken);
                }

                if (run > 0) speeds[side].Add(2 * scale.Of(Rows) / Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }

        return [.. speeds.Select(s => Statistics.Median(s))];
    }

    private static TableChanges Changes(TargetTable table, BulkRow[] rows)
    {
        var keys = new KeyMap(table, ["id"], []);
        var changes = new TableChanges(0, table, new ColumnValueReader(table, []), keys);
        changes.Upserts.AddRange(rows.Select(r => r.ToChange(keys)));
        return changes;
    }

    private static async Task UpsertAsync(
        ITargetDialect dialect, DbTransaction transaction, TableChanges changes, CancellationToken cancellationToken)
    {
        foreach (RowBatch batch in new BatchBuilder(10_000, 8 << 20).Upserts(
            changes, static (_, failure) => throw new InvalidOperationException(failure.Message)))
            await dialect.Statements.UpsertAsync(transaction, batch, cancellationToken);
    }
}
