using Failback.Cli.Output;
using Failback.Contracts.Api;

namespace Failback.Cli.Fetch;

/// <summary>
/// Decides when <c>fetch</c> tells its progress: at every change, and at least every 15 s, so that silence never means that all is well.
/// It warns while rows are set aside and while the lag grows.
/// </summary>
internal sealed class Heartbeat(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    // Below this a lag that grows is the time between two resolved timestamps.
    private const double LagThatCounts = 30;

    private string _told = "";
    private long _at;
    private double _lag;

    /// <summary>Returns the level of the line that is due and why it warns; null: none is due.</summary>
    public (string Level, string? Why)? Next(FailbackResource resource)
    {
        RowTotals totals = resource.Totals;
        string now = $"{totals.Received} {totals.Applied} {totals.DeadLettered} {resource.AppliedResolved}";
        if (now == _told && time.GetElapsedTime(_at) < Longest) return null;
        (_told, _at) = (now, time.GetTimestamp());
        double lag = resource.LagSeconds ?? 0;
        bool grows = lag > LagThatCounts && lag > _lag;
        _lag = lag;
        if (Look.OpenOf(resource) is > 0 and var open)
            return ("warn", $"{Amounts.Count(open)} rows set aside: failback dlq list {resource.Name}");
        return grows ? ("warn", $"{Amounts.Span(lag)} behind, and growing: failback status {resource.Name}") : ("info", null);
    }
}
