using System.Text.Json;

namespace Failback.Scripting.Compiling;

/// <summary>
/// Reads line numbers from a source map, version 3 (https://tc39.es/ecma426/): groups per generated line, fields in variable-length
/// base 64.
/// </summary>
internal static class SourceMap
{
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private const int DigitBits = 5;
    private const int Continues = 1 << DigitBits;
    private const int SourceLineField = 2;

    /// <summary>Returns for each generated line the source line (from 1) of its first mapping; 0 when it has none.</summary>
    public static int[] Lines(string map)
    {
        using JsonDocument document = JsonDocument.Parse(map);
        string[] generated = document.RootElement.GetProperty("mappings").GetString()!.Split(';');
        int[] lines = new int[generated.Length];
        int line = 0;
        for (int i = 0; i < generated.Length; i++)
        {
            foreach (string segment in generated[i].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                if (Decode(segment) is not { Count: > SourceLineField } fields) continue;
                line += fields[SourceLineField];
                if (lines[i] == 0) lines[i] = line + 1;
            }
        }

        return lines;
    }

    private static List<int> Decode(string segment)
    {
        var fields = new List<int>(5);
        int value = 0;
        int shift = 0;
        foreach (char c in segment)
        {
            int digit = Digits.IndexOf(c, StringComparison.Ordinal);
            value |= (digit & (Continues - 1)) << shift;
            shift += DigitBits;
            if ((digit & Continues) != 0) continue;
            // The lowest bit is the sign. All fields but the generated column are differences to the mapping before, also across
            // lines.
            fields.Add((value & 1) == 0 ? value >> 1 : -(value >> 1));
            value = 0;
            shift = 0;
        }

        return fields;
    }
}
