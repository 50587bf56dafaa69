using System.Text.RegularExpressions;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>What no analyzer looks at in the text of the sources.</summary>
public sealed class SourceTextTests
{
    private const int Widest = 140;

    private const string Raw = "\"\"\"";

    [Fact]
    public void No_line_is_wider_than_140_columns_raw_strings_excepted()
    {
        string[] wide = [.. Sources().SelectMany(WideLines)];
        Assert.Empty(wide);
    }

    /// <summary>
    /// In <c>x ? null : bytes</c> null becomes an empty memory, by way of an array, and is no null any more: what may be absent goes out
    /// through a Try method.
    /// </summary>
    [Fact]
    public void No_memory_is_nullable()
    {
        var nullable = new Regex(@"\b(?:ReadOnly)?Memory<\w+>\?", RegexOptions.None, TimeSpan.FromSeconds(10));
        Assert.Matches(nullable, "ReadOnlyMemory<byte>" + "? key");
        Assert.Empty(
            Sources().Where(file => nullable.IsMatch(File.ReadAllText(file))).Select(file => Path.GetRelativePath(Repository.Root, file)));
    }

    /// <summary>What a dialect means for its tables the applier tells; an example in the API document names one.</summary>
    [Fact]
    public void Control_decides_nothing_by_the_name_of_a_dialect()
    {
        var named = new Regex("\"(?:postgres|mysql|mariadb|oracle)\"", RegexOptions.None, TimeSpan.FromSeconds(10));
        Assert.Empty(
            Sources().Where(file => file.Contains("/Failback.Control/", StringComparison.Ordinal)
                    && !file.Contains("/Documentation/", StringComparison.Ordinal)
                    && named.IsMatch(File.ReadAllText(file)))
                .Select(file => Path.GetRelativePath(Repository.Root, file)));
    }

    private static IEnumerable<string> Sources() => ProjectFile.Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static IEnumerable<string> WideLines(string file)
    {
        bool raw = false;
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            int marks = line.Split(Raw).Length - 1;
            if (line.Length > Widest && !raw && marks == 0) yield return $"{Path.GetRelativePath(Repository.Root, file)}:{number}";
            if (marks % 2 == 1) raw = !raw;
        }
    }
}
