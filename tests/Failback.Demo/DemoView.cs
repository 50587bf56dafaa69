using System.Globalization;
using Failback.Contracts.Api;
using Failback.Testing.Captures;
using Spectre.Console;

namespace Failback.Demo;

/// <summary>Shows the demo: a live table on a terminal, plain lines elsewhere.</summary>
internal sealed class DemoView(IAnsiConsole console, bool live)
{
    private string _lastLine = "";

    public static DemoView Create() =>
        new(AnsiConsole.Console, AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected);

    public void Say(string text)
    {
        if (live) console.WriteLine(text);
        else Console.WriteLine(text);
    }

    public void Verdict(bool good, string text)
    {
        if (live) console.MarkupLineInterpolated($"[{(good ? "green" : "red")}]{text}[/]");
        else Console.WriteLine(text);
    }

    /// <summary>Redraws four times a second until <paramref name="work"/> ends.</summary>
    public async Task WatchAsync(Task work, CaptureReplayer replayer, int requests, Func<Task<IReadOnlyList<TableResource>>> tables)
    {
        if (!live)
        {
            while (!work.IsCompleted)
            {
                SayProgress(replayer, requests, await tables());
                await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(1)));
            }

            SayProgress(replayer, requests, await tables());
            await work;
            return;
        }

        await console.Live(Draw(replayer, requests, [])).StartAsync(async screen =>
        {
            while (!work.IsCompleted)
            {
                screen.UpdateTarget(Draw(replayer, requests, await tables()));
                await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(250)));
            }

            screen.UpdateTarget(Draw(replayer, requests, await tables()));
        });
        await work;
    }

    private static Table Draw(CaptureReplayer replayer, int requests, IReadOnlyList<TableResource> tables)
    {
        Table table = new Table().Title(
            $"requests {replayer.AcceptedRequests}/{requests}, rows sent {replayer.AcceptedRows}, resolved {Time(replayer.Resolved.Time)}");
        foreach (string column in (string[])[
            "table", "state", "received", "applied", "superseded", "in flight", "applied through", "behind"]) table.AddColumn(column);
        foreach (TableResource t in tables)
        {
            table.AddRow(
                Markup.Escape(t.Table), Markup.Escape(t.State), Number(t.Received), Number(t.Applied), Number(t.Superseded),
                Number(t.InFlight),
                Time(t.AppliedThrough.Time), Behind(replayer, t));
        }

        return table;
    }

    private void SayProgress(CaptureReplayer replayer, int requests, IReadOnlyList<TableResource> tables)
    {
        string line = $"requests {replayer.AcceptedRequests}/{requests}; " + string.Join("; ", tables.Select(t =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{t.Table}: received {t.Received}, applied {t.Applied}, through {Time(t.AppliedThrough.Time)}, behind "
                    + $"{Behind(replayer, t)}")));
        if (line != _lastLine) Say(line);
        _lastLine = line;
    }

    /// <summary>Between what the feed resolved and what is applied, in time of the source.</summary>
    private static string Behind(CaptureReplayer replayer, TableResource table) => table.AppliedThrough.Wall == 0
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (replayer.Resolved.Wall - table.AppliedThrough.Wall) / 1e9):0.00} s");

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) =>
        time == DateTimeOffset.UnixEpoch ? "-" : time.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
