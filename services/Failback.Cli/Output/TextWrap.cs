namespace Failback.Cli.Output;

/// <summary>Breaks a text into lines between words; a word that is longer than a line is broken.</summary>
internal static class TextWrap
{
    public static IReadOnlyList<string> Lines(string text, int width)
    {
        var lines = new List<string>();
        string line = "";
        foreach (string given in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string word = given;
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                lines.Add(line);
                line = "";
            }

            for (; word.Length > width; word = word[width..]) lines.Add(word[..width]);
            line = line.Length == 0 ? word : line + " " + word;
        }

        if (line.Length > 0) lines.Add(line);
        return lines;
    }
}
