namespace Failback.Cli.Output;

/// <summary>Columns with a heading: texts on the left, numbers on the right.</summary>
/// <param name="headings">Names of the columns; one that begins with <c>#</c> holds numbers.</param>
internal sealed class TextGrid(params string[] headings)
{
    private readonly List<(string[] Cells, Ink Ink)> _rows = [];

    public void Add(Ink ink, params string?[] cells) => _rows.Add(([.. cells.Select(cell => SafeText.Line(cell ?? ""))], ink));

    public IReadOnlyList<Line> Lines()
    {
        int[] widths = [
            .. headings.Select((heading, at) => _rows.Select(row => row.Cells[at].Length).Append(heading.TrimStart('#').Length).Max())];
        return [
            new Line(Text([.. headings.Select(heading => heading.TrimStart('#'))], widths), Ink.Dim),
            .. _rows.Select(row => new Line(Text(row.Cells, widths), row.Ink))];
    }

    private string Text(string[] cells, int[] widths) =>
        string.Join("  ", cells.Select((cell, at) => headings[at][0] == '#' ? cell.PadLeft(widths[at]) : cell.PadRight(widths[at])))
        .TrimEnd();
}
