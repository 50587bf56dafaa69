using System.Globalization;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Source;

namespace Failback.Control.Preflight;

/// <summary>
/// Holds today's values against the columns of the target: one pass over a table, a little in the past so that nobody is disturbed, within
/// a time. What was not read to its end is said.
/// </summary>
internal sealed class ValueChecks(SourceCluster source, TimeProvider time)
{
    private const int Sample = 100_000;
    private const string Past = " AS OF SYSTEM TIME follower_read_timestamp()";
    private static readonly TimeSpan PerPass = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan InAll = TimeSpan.FromSeconds(60);

    private readonly long _start = time.GetTimestamp();

    public async Task<IReadOnlyList<Check>> RunAsync(
        TableRoute route, IReadOnlyList<SourceColumn> columns, TargetTableSummary target, CancellationToken cancellationToken)
    {
        HashSet<string> ruled = [.. route.Columns.Select(rule => rule.Column)];
        ValueTest[] wanted = [
            .. columns.Where(column => !ruled.Contains(column.Name))
                .SelectMany(column => ColumnChecks.Find(target, column.Name) is { } there ? ValueTests.Of(route, column, there) : [])];
        if (wanted.Length == 0) return [];
        if (time.GetElapsedTime(_start) > InAll) return [Cut(route, "not looked at, the time for all tables was over")];
        string table = SqlText.Name(route.Source);
        if (await PassAsync(table, wanted, cancellationToken) is { } all) return Found(wanted, all);
        string some = $"(SELECT * FROM {table} LIMIT {Sample}) AS sampled";
        return await PassAsync(some, wanted, cancellationToken) is { } part
            ? [.. Found(wanted, part), Cut(route, string.Create(CultureInfo.InvariantCulture, $"read to {Sample} rows only"))]
            : [Cut(route, "not read, its rows did not come in time or SELECT is missing")];
    }

    private static Check[] Found(ValueTest[] tests, bool[] answers) =>
        [.. tests.Zip(answers).Where(pair => pair.Second).Select(pair => pair.First.Found)];

    /// <summary>Whether some row fulfils each condition; null: not found out in time.</summary>
    private async Task<bool[]?> PassAsync(string from, ValueTest[] wanted, CancellationToken cancellationToken)
    {
        string query = $"SELECT {string.Join(", ", wanted.Select(test => $"bool_or({test.Condition})"))} FROM {from}";
        await source.RowsAsync(
            string.Create(CultureInfo.InvariantCulture, $"SET statement_timeout = '{PerPass.TotalSeconds:0}s'"), cancellationToken);
        try
        {
            return await AnswersAsync(query + Past, cancellationToken) ?? await AnswersAsync(query, cancellationToken);
        }
        catch (SourceException e) when (!e.IsUnavailable)
        {
            // Not in time, or not allowed to: said in the finding.
            return null;
        }
        finally
        {
            await source.RowsAsync("SET statement_timeout = 0", cancellationToken);
        }
    }

    // A table that is younger than the moment in the past is read as it is now.
    private async Task<bool[]?> AnswersAsync(string query, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await source.RowsAsync(query, cancellationToken))[0].Select(answer => answer is "True" or "true" or "t")];
        }
        catch (SourceException e)
        when (!e.IsUnavailable && query.EndsWith(Past, StringComparison.Ordinal)
            && !e.Message.Contains("timeout", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
    }

    private static Check Cut(TableRoute route, string how) =>
        new(PreflightCodes.ValuesNotChecked, Severity.Info, "target", route.Target,
            $"whether today's values fit was {how}: rows that do not fit become dead letters", null);
}
