using System.Diagnostics.Metrics;
using Failback.Contracts.Words;
using Failback.Control.Status;
using Failback.Control.Storage;

namespace Failback.Control.Metrics;

/// <summary>
/// Tables in numbers: how many are in which state, and single ones, worst first, of which no more than <see cref="Most"/> are exported:
/// ten thousand tables must not become tens of thousands of series.
/// </summary>
internal sealed class TableMetrics
{
    /// <summary>Tables of all failbacks together that have series of their own.</summary>
    public const int Most = 50;

    private readonly StatusBoard _board;
    private readonly Leadership _leadership;
    private (StatusSnapshot Of, (FailbackStatus, TableStatus)[] Tables) _worst = (StatusSnapshot.None, []);

    public TableMetrics(IMeterFactory meters, StatusBoard board, Leadership leadership)
    {
        _board = board;
        _leadership = leadership;
        Meter meter = meters.Create(FailbackMetrics.MeterName);
        meter.CreateObservableGauge("failback.tables", States, null, "Tables by state.");
        meter.CreateObservableGauge(
            "failback.table.applied.resolved.timestamp",
            () => Each(t => t.Applied is { } at ? FailbackMetrics.Seconds(at.Time) : null), "s",
            "Every row version of the table at or before it is in the target. Only the 50 worst tables.");
        meter.CreateObservableGauge(
            "failback.table.rows.in.flight", () => Each(t => t.Progress.InFlight), null,
            "Rows of the table that arrived and have no outcome yet. Only the 50 worst tables.");
        meter.CreateObservableGauge(
            "failback.table.rows.set.aside", () => Each(t => t.Progress.WaitingLetters + t.Progress.OpenLetters), null,
            "Rows of the table that were set aside and hold its watermark. Only the 50 worst tables.");
    }

    /// <summary>Returns those that were never heard of, then those that need somebody, then those that lag most.</summary>
    internal static (FailbackStatus Failback, TableStatus Table)[] Worst(StatusSnapshot snapshot) =>
    [
        .. snapshot.Failbacks.SelectMany(failback => failback.Tables.Select(table => (Failback: failback, Table: table)))
            .OrderBy(t => t.Table.ReportedAt is not null)
            .ThenBy(t => t.Table.Progress.Error is null && t.Table.Progress.WaitingLetters + t.Table.Progress.OpenLetters == 0)
            .ThenBy(t => t.Table.Applied)
            .ThenBy(t => t.Failback.Failback.Name, StringComparer.Ordinal).ThenBy(t => t.Table.Route.Target, StringComparer.Ordinal)
            .Take(Most),
    ];

    private IEnumerable<Measurement<int>> States() => !_leadership.Leads
        ? []
        : _board.Latest.Failbacks.SelectMany(failback => Enum.GetValues<TableState>().Select(state => new Measurement<int>(
            failback.Tables.Count(table => table.Condition == state), new("failback", failback.Failback.Name),
            new("state", Word.Of(state)))));

    private IEnumerable<Measurement<double>> Each(Func<TableStatus, double?> measure)
    {
        if (!_leadership.Leads) yield break;
        StatusSnapshot now = _board.Latest;
        if (!ReferenceEquals(_worst.Of, now)) _worst = (now, Worst(now));
        foreach ((FailbackStatus failback, TableStatus table) in _worst.Tables)
        {
            if (table.ReportedAt is not null && measure(table) is { } value)
                yield return new(value, new("failback", failback.Failback.Name), new("table", table.Route.Target));
        }
    }
}
