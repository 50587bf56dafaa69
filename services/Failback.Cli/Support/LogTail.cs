using System.Text.Json;
using System.Text.Json.Nodes;

namespace Failback.Cli.Support;

/// <summary>The last lines of log files: those in the form of our services, masked; others are counted and left out.</summary>
internal static class LogTail
{
    private const int MostLines = 5000;
    private const long MostBytes = 8 << 20;
    private const int MostFiles = 200;

    /// <summary>Returns the log files of paths: files, or folders with everything below that ends with .log.</summary>
    public static IReadOnlyList<string> Files(IEnumerable<string> paths) =>
    [
        .. paths.SelectMany(path => Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.log", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            : [path]).Order(StringComparer.Ordinal).Take(MostFiles),
    ];

    /// <summary>Returns the last lines of a file, and how many lines among them were left out.</summary>
    public static async Task<(IReadOnlyList<string> Lines, int LeftOut)> ReadAsync(
        string file, SupportMask mask, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        bool cut = stream.Length > MostBytes;
        if (cut) stream.Seek(-MostBytes, SeekOrigin.End);
        using var reader = new StreamReader(stream);
        // The first line after a jump into the file is a part of one.
        if (cut) await reader.ReadLineAsync(cancellationToken);
        var lines = new Queue<string>();
        int leftOut = 0;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Masked(line, mask) is not { } shown)
            {
                leftOut++;
                continue;
            }

            lines.Enqueue(shown);
            if (lines.Count > MostLines) lines.Dequeue();
        }

        return ([.. lines], leftOut);
    }

    private static string? Masked(string line, SupportMask mask)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject entry && entry["level"] is not null && entry["message"] is not null
                ? mask.Of(entry)!.ToJsonString()
                : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null; // a line of another program, or a member twice
        }
    }
}
