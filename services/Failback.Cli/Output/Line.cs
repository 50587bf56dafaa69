namespace Failback.Cli.Output;

/// <summary>A line for a terminal: parts with their ink. Texts are made safe here, once.</summary>
internal sealed class Line
{
    private readonly List<(string Text, Ink Ink)> _parts = [];

    public Line(string text = "", Ink ink = Ink.Plain) => Add(text, ink);

    public IReadOnlyList<(string Text, Ink Ink)> Parts => _parts;

    public int Length => _parts.Sum(part => part.Text.Length);

    public Line Add(string text, Ink ink = Ink.Plain)
    {
        if (text.Length > 0) _parts.Add((SafeText.Line(text), ink));
        return this;
    }

    /// <summary>The text without ink.</summary>
    public override string ToString() => string.Concat(_parts.Select(part => part.Text));
}
