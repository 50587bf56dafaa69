using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Cli.Output;

/// <summary>
/// The screen of a failback, a pure function of what was seen and of the size of the terminal: how it stands, its troubles, its tables
/// with the worst first. What does not fit is counted, and every number that is shown is whole.
/// </summary>
/// <param name="look">What was seen.</param>
/// <param name="width">Columns.</param>
/// <param name="height">Lines.</param>
internal sealed class StatusScreen(Look look, int width, int height)
{
    private const int LeastTables = 4;
    private const int LinesOfATrouble = 3;
    private readonly int _width = Math.Max(40, width);
    private readonly int _height = Math.Max(10, height);

    private string Name => look.Resource.Name;

    public IReadOnlyList<Line> Lines()
    {
        List<Line> lines = [Title(), .. Figures(), new Line()];
        IReadOnlyList<TableResource> tables = TableRank.WorstFirst(look.Tables);
        // Some tables are seen in any case: the heading, the rows and the count of the others.
        int least = Math.Min(tables.Count, LeastTables) + 2;
        List<Line> troubles = Troubles(Math.Max(1, _height - lines.Count - least - 1));
        if (troubles.Count > 0) lines.AddRange([.. troubles, new Line()]);
        lines.AddRange(new TableLines(look, _width).Of(tables, _height - lines.Count));
        return lines;
    }

    private Line Title()
    {
        FailbackResource resource = look.Resource;
        var title = new Line(Name, Ink.Bold);
        title.Add($"  {Word.Of(resource.State)}, {resource.Activity}");
        if (look.Standing() is var (word, ink)) title.Add("  ").Add(word, ink);
        string time = TimeZoneInfo.ConvertTime(look.Now, look.Zone)
            .ToString("HH:mm:ss zzz", System.Globalization.CultureInfo.InvariantCulture);
        int gap = _width - title.Length - time.Length;
        return gap < 2 || width == int.MaxValue ? title : title.Add(new string(' ', gap) + time, Ink.Dim);
    }

    private IEnumerable<Line> Figures()
    {
        FailbackResource resource = look.Resource;
        RowTotals totals = resource.Totals;
        List<(string Text, Ink Ink)> parts =
        [
            (look.Applied(), Ink.Plain), ($"{Amounts.Rate(look.Rate)} rows/s", Ink.Plain),
            ($"received {Amounts.Count(totals.Received)}", Ink.Plain), ($"applied {Amounts.Count(totals.Applied)}", Ink.Plain),
            ($"in flight {Amounts.Count(totals.InFlight)}", Ink.Plain),
            ($"set aside {Amounts.Count(totals.DeadLettered)}", look.Open > 0 ? Ink.Bad : Ink.Plain),
        ];
        if (resource.Changefeed is { } feed)
        {
            string status = feed.Status ?? "not looked at yet";
            parts.Add(($"changefeed {feed.JobId ?? "none"}: {status}, resolved {Amounts.Span(feed.FeedLagSeconds)} ago", Ink.Plain));
        }

        if (look.Open > 0) parts.Add(($"→ failback dlq list {Name}", Ink.Bad));
        var line = new Line();
        foreach ((string text, Ink ink) in parts)
        {
            if (line.Length > 0 && line.Length + 3 + text.Length > _width)
            {
                yield return line;
                line = new Line();
            }

            foreach ((string piece, int at) in TextWrap.Lines(text, _width).Select((piece, at) => (piece, at)))
            {
                if (at > 0)
                {
                    yield return line;
                    line = new Line();
                }

                line.Add(line.Length > 0 ? " · " : "").Add(piece, ink);
            }
        }

        yield return line;
    }

    private List<Line> Troubles(int most)
    {
        var lines = new List<Line>();
        IReadOnlyList<Trouble> all = look.Resource.Errors;
        for (int at = 0; at < all.Count; at++)
        {
            string place = all[at].Table is { } table ? " " + table : "";
            IReadOnlyList<string> text = TextWrap.Lines(
                SafeText.Line($"{all[at].Code}{place}: {CliWords.Of(all[at].Message, Name)}"), _width - 2);
            int shown = Math.Min(text.Count, LinesOfATrouble);
            bool last = at == all.Count - 1;
            // The line that counts the others needs its place.
            if (lines.Count + shown + (last ? 0 : 1) > most)
            {
                string what = at == 0 ? $"{all.Count} troubles" : $"{all.Count - at} more troubles";
                lines.Add(new Line($"! {what}: failback status {Name}", Ink.Bad));
                return lines;
            }

            lines.AddRange(text.Take(shown).Select((part, index) => new Line(index == 0 ? "! " + part : "  " + part, Ink.Bad)));
            if (shown < text.Count && height != int.MaxValue)
                lines[^1] = new Line($"  ({text.Count - shown + 1} more lines: failback status {Name})", Ink.Bad);
            else lines.AddRange(text.Skip(shown).Select(part => new Line("  " + part, Ink.Bad)));
        }

        return lines;
    }
}
