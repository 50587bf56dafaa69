using System.Globalization;
using Failback.Contracts;
using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Control.Status;

/// <summary>Signs that rows hold the watermark: set aside, waiting for other rows, or waiting for a queue that lags behind.</summary>
internal static class RowSigns
{
    public static IEnumerable<TroubleSign> Of(Heard heard)
    {
        foreach (TableStatus table in heard.Tables)
        {
            string name = table.Route.Target;
            if (table.Progress.OpenLetters is > 0 and var open)
                yield return new TroubleSign(new Trouble(
                    TroubleCodes.RowsSetAside, name,
                    $"{Rows(open)} of {name} {Verb(open, "is", "are")} set aside, because the target refuses {Verb(open, "it", "them")}; "
                        + $"the watermark is held at {At(table.Applied)}")
                { Count = open, Next = $"failback dlq list {heard.Name} --table {name}" });
            if (table.Progress.WaitingLetters is > 0 and var waiting)
                yield return new TroubleSign(new Trouble(
                    TroubleCodes.RowsWaiting, name,
                    $"{Rows(waiting)} of {name} {Verb(waiting, "waits", "wait")} for rows that are not in the target yet; the watermark "
                        + $"is held at {At(table.Applied)}")
                { Count = waiting, Next = $"failback dlq list {heard.Name} --table {name} --state waiting" })
                { After = HearingTerms.PassingWait };
        }

        if (Window(heard) is { } window) yield return window;
        if (Lag(heard) is { } lag) yield return lag;
    }

    /// <summary>A window ends only when every queue has shown its resolved timestamp: one that does not holds all tables.</summary>
    private static TroubleSign? Window(Heard heard)
    {
        if (!heard.IsRunning || heard.Tables.Count < 2 || heard.Tables.Any(table => table.Received is null)) return null;
        HlcTimestamp most = heard.Tables.Max(table => table.Received!.Value);
        TableStatus[] behind = [
            .. heard.Tables.Where(table => most.Time - table.Received!.Value.Time > HearingTerms.Moment)
                .OrderBy(table => table.Received!.Value)];
        if (behind.Length == 0) return null;
        TableStatus last = behind[0];
        return new TroubleSign(new Trouble(
            TroubleCodes.WindowWaiting, last.Route.Target,
            $"{behind.Length} of {heard.Tables.Count} tables have read less of their queues than the others; the last, "
                + $"{last.Route.Target}, is at {At(last.Received)} and the first at {At(most)}: the window waits for its queue")
        { Count = behind.Length, Next = $"see queue {last.Route.Queue} in RabbitMQ: its messages and its consumer" })
        { After = HearingTerms.PassingWait };
    }

    private static TroubleSign? Lag(Heard heard)
    {
        if (!heard.IsRunning || heard.Applied is not { } applied || heard.Arrived is not { } arrived) return null;
        if (arrived.Time - applied.Time <= heard.Terms.LagWarning) return null;
        TimeSpan behind = heard.Now - applied.Time;
        return new TroubleSign(new Trouble(
            TroubleCodes.ApplyLagging, null,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the target is {behind.TotalSeconds:0} s behind the source, {(arrived.Time - applied.Time).TotalSeconds:0} s of them "
                    + $"behind what has arrived; {heard.Tables.Sum(table => table.Progress.InFlight)} rows are with the appliers"))
        { Next = $"failback status {heard.Name}; docs/operate/performance.md says what makes it faster" })
        { After = HearingTerms.PassingWait };
    }

    private static string Rows(long count) => count == 1 ? "1 row" : string.Create(CultureInfo.InvariantCulture, $"{count} rows");

    private static string Verb(long count, string one, string several) => count == 1 ? one : several;

    private static string At(HlcTimestamp? reading) =>
        reading is { } at ? at.Time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "no timestamp yet";
}
