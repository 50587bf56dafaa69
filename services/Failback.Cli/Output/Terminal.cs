namespace Failback.Cli.Output;

/// <summary>
/// Standard output: lines with ink where it is a terminal with colours (<c>NO_COLOR</c> switches them off), plain ones otherwise, and the
/// screen of a watch.
/// </summary>
internal static class Terminal
{
    private const int DefaultWidth = 80;
    private const int DefaultHeight = 24;
    private static TextWriter _raw = Console.Out;

    /// <summary>True where a person looks at a screen that can be redrawn.</summary>
    public static bool IsScreen => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    public static bool HasColours => IsScreen && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Columns; lines that go into a file or a pipe have no end.</summary>
    public static int Width => IsScreen ? Size(() => Console.WindowWidth, DefaultWidth) : int.MaxValue;

    public static int Height => IsScreen ? Size(() => Console.WindowHeight, DefaultHeight) : int.MaxValue;

    /// <summary>Puts <see cref="SafeWriter"/> before output and error; the first thing that the program does.</summary>
    public static void Install()
    {
        _raw = Console.Out;
        Console.SetOut(new SafeWriter(_raw));
        Console.SetError(new SafeWriter(Console.Error));
    }

    public static void Write(Line line) => _raw.WriteLine(Text(line, HasColours));

    public static void Write(IEnumerable<Line> lines)
    {
        foreach (Line line in lines) Write(line);
    }

    /// <summary>Shows a screen in the place of the one before.</summary>
    public static void Redraw(IReadOnlyList<Line> lines) =>
        // Home, each line up to the end of what stood there, then all below: nothing flickers and nothing old stays after a resize.
        _raw.Write("\u001b[H" + string.Join("\u001b[K\r\n", lines.Select(line => Text(line, HasColours))) + "\u001b[K\u001b[J");

    /// <summary>Takes the screen for a watch; what stood there comes back at the end.</summary>
    public static void Enter() => _raw.Write("\u001b[?1049h\u001b[?25l");

    public static void Leave() => _raw.Write("\u001b[?25h\u001b[?1049l");

    internal static string Text(Line line, bool colours) =>
        colours ? string.Concat(line.Parts.Select(part => Code(part.Ink) is { } code ? $"\u001b[{code}m{part.Text}\u001b[0m" : part.Text))
        : line.ToString();

    private static string? Code(Ink ink) => ink switch
    {
        Ink.Bold => "1",
        Ink.Dim => "2",
        Ink.Good => "32",
        Ink.Warning => "33",
        Ink.Bad => "1;31",
        _ => null,
    };

    private static int Size(Func<int> read, int otherwise)
    {
        try
        {
            return read() is > 0 and var size ? size : otherwise;
        }
        catch (IOException)
        {
            return otherwise; // not a terminal that tells its size
        }
    }
}
