using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Failback.Benchmarks;

/// <summary>Reads the command line, runs what it selects, prints the table.</summary>
internal static class BenchmarkRun
{
    private static readonly BenchmarkScale Full = new(Runs: 5, Part: 1);
    private static readonly BenchmarkScale Quick = new(Runs: 1, Part: 0.2);

    /// <summary>Exit code 0: measured; 1: a target was missed and <c>--strict</c> was given; 2: wrong usage.</summary>
    public static async Task<int> MainAsync(string[] arguments, IReadOnlyList<IBenchmark> benchmarks)
    {
        string[] names = [.. arguments.Where(a => !a.StartsWith('-'))];
        string? unknown = arguments.FirstOrDefault(a => a.StartsWith('-') && a is not ("--quick" or "--strict" or "--help"))
            ?? names.FirstOrDefault(n => !benchmarks.Any(b => b.Name == n));
        if (unknown is not null || arguments.Contains("--help")) return Usage(benchmarks, unknown);
        bool quick = arguments.Contains("--quick");
        BenchmarkScale scale = quick ? Quick : Full;
        var table = new Table().AddColumns("measurement", "measured", "target", "", "figures");
        bool missed = false;
        foreach (IBenchmark benchmark in benchmarks.Where(b => names.Length == 0 ? b.IsQuick || !quick : names.Contains(b.Name)))
        {
            AnsiConsole.MarkupLineInterpolated($"[grey]{benchmark.Name}: {benchmark.Description}[/]");
            long started = Stopwatch.GetTimestamp();
            foreach (Measurement line in await benchmark.RunAsync(scale, CancellationToken.None))
            {
                missed |= !line.IsMet;
                table.AddRow(
                    Cell(line.What), Cell(Number(line.Value, line.Unit)),
                    Cell($"{(line.AtLeast ? "≥" : "≤")} {Number(line.Target, line.Unit)}"), Cell(line.IsMet ? "met" : "MISSED"),
                    Cell(line.Detail));
            }

            AnsiConsole.MarkupLineInterpolated(
                CultureInfo.InvariantCulture, $"[grey]{benchmark.Name}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s[/]");
        }

        AnsiConsole.Write(table);
        return missed && arguments.Contains("--strict") ? 1 : 0;
    }

    private static int Usage(IReadOnlyList<IBenchmark> benchmarks, string? unknown)
    {
        if (unknown is not null) Console.Error.WriteLine($"'{unknown}' is neither an option nor a benchmark");
        Console.WriteLine(
            "usage: bench [--quick] [--strict] [NAME...]\n\n  --quick   one run each, a fifth of the rows; without a NAME some are left "
                + "out\n  --strict  exit code 1 when a target is missed\n");
        foreach (IBenchmark benchmark in benchmarks)
            Console.WriteLine(
                $"  {benchmark.Name,-14}{benchmark.Description}{(benchmark.IsQuick ? "" : " (not in --quick unless named)")}");
        return unknown is null ? 0 : 2;
    }

    private static Markup Cell(string text) => new(Markup.Escape(text));

    private static string Number(double value, string unit) =>
        $"{value.ToString(value < 10 ? "0.00" : "0", CultureInfo.InvariantCulture)} {unit}".TrimEnd();
}
