using Failback.Contracts.Api;

namespace Failback.Cli.Output;

/// <summary>The tables of a screen, a line each; columns that the width has no room for are left out whole.</summary>
/// <param name="look">What was seen.</param>
/// <param name="width">Columns of the terminal.</param>
internal sealed class TableLines(Look look, int width)
{
    private const int LeastName = 16;

    // By how much they are missed: the last one goes first.
    private static readonly string[] ByNeed =
        ["state", "behind", "set aside", "applied", "rows/s", "in flight", "received", "superseded", "filtered"];

    private static readonly string[] Order =
        ["state", "behind", "rows/s", "received", "applied", "in flight", "set aside", "superseded", "filtered"];

    /// <summary>Returns at most <paramref name="most"/> lines for tables that are given in the order of their need.</summary>
    public IReadOnlyList<Line> Of(IReadOnlyList<TableResource> tables, int most)
    {
        if (tables.Count == 0) return [new Line("no tables yet", Ink.Dim)];
        int fitting = tables.Count <= most - 1 ? tables.Count : Math.Max(0, most - 2);
        // Names and numbers of the tables below count for the widths, so that columns stay where they are while tables change places.
        int name = tables.Max(table => SafeText.Line(table.Table).Length);
        Dictionary<string, int> widths = Order.ToDictionary(
            column => column, column => tables.Select(table => Cell(table, column).Length).Append(column.Length).Max(),
            StringComparer.Ordinal);
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        int room = width - Math.Min(name, LeastName);
        foreach (string column in ByNeed)
        {
            if (room < widths[column] + 2) break;
            room -= widths[column] + 2;
            chosen.Add(column);
        }

        int numbers = chosen.Sum(column => widths[column] + 2);
        name = Math.Min(name, width - numbers);
        string[] columns = [.. Order.Where(chosen.Contains)];
        List<Line> lines = [new Line("table".PadRight(name) + Row(columns, widths, column => column), Ink.Dim)];
        int shown = 0;
        for (; shown < fitting; shown++)
        {
            TableResource table = tables[shown];
            string full = SafeText.Line(table.Table);
            string[] parts = Parts(full, name, width);
            // A name that does not fit before its numbers stands above them.
            if (lines.Count + parts.Length + (shown + 1 < tables.Count ? 1 : 0) > most) break;
            lines.AddRange(parts[..^1].Select(part => new Line(part, InkOf(table))));
            lines.Add(new Line(parts[^1].PadRight(name) + Row(columns, widths, column => Cell(table, column)), InkOf(table)));
        }

        if (shown < tables.Count) lines.Add(Others(tables, shown));
        return lines;
    }

    private static string[] Parts(string name, int room, int width) =>
        name.Length <= room ? [name] : [.. name.Chunk(width).Select(part => new string(part)), ""];

    private Line Others(IReadOnlyList<TableResource> tables, int shown)
    {
        TableResource[] others = [.. tables.Skip(shown)];
        int troubled = others.Count(TableRank.IsTroubled);
        double? behind = others.Max(table => Amounts.Age(table.AppliedResolved, look.Now));
        string trouble = troubled > 0 ? $"{Amounts.Count(troubled)} of them in trouble" : "none in trouble";
        return new Line(
            $"and {Amounts.Count(others.Length)} more {(others.Length == 1 ? "table" : "tables")}, {trouble}, up to "
                + $"{Amounts.Span(behind)} behind",
            troubled > 0 ? Ink.Bad : Ink.Dim);
    }

    private static string Row(string[] columns, Dictionary<string, int> widths, Func<string, string> text) =>
        string.Concat(
            columns.Select(
                column => "  " + (column == "state" ? text(column).PadRight(widths[column]) : text(column).PadLeft(widths[column]))));

    private string Cell(TableResource table, string column) => column switch
    {
        "state" => SafeText.Line(table.State),
        "behind" => Amounts.Span(Amounts.Age(table.AppliedResolved, look.Now)),
        "rows/s" => Amounts.Rate(look.Rates.TryGetValue(table.Table, out double rate) ? rate : null),
        "received" => Amounts.Count(table.Received),
        "applied" => Amounts.Count(table.Applied),
        "in flight" => Amounts.Count(table.InFlight),
        "set aside" => Amounts.Count(table.DeadLettered),
        "superseded" => Amounts.Count(table.Superseded),
        _ => Amounts.Count(table.Filtered),
    };

    private static Ink InkOf(TableResource table) => table.State == "stopped" || table.OpenLetters > 0 ? Ink.Bad
        : TableRank.IsTroubled(table) ? Ink.Warning : Ink.Plain;
}
