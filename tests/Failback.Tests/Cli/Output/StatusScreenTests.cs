using Failback.Cli.Output;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Cli.Output;

/// <summary>
/// The screen of a failback at the sizes that terminals have, with few and with many tables. The texts stand in the repository; with
/// FAILBACK_WRITE_SCREENS=1 the test writes them.
/// </summary>
public sealed class StatusScreenTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Failback.Tests", "Cli", "Output", "Screens");

    public static TheoryData<int, int, int> Sizes => [.. from tables in (int[])[1, 12, 300]
                                                         from size in ((int, int)[])[(80, 24), (100, 30), (160, 50)]
                                                         select (tables, size.Item1, size.Item2)];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_screen_is_the_one_in_the_repository(int tables, int width, int height)
    {
        string file = Path.Combine(Folder, $"{tables}-tables-{width}x{height}.txt");
        string screen = string.Join('\n', new StatusScreen(SampleFailback.Look(tables), width, height).Lines()) + "\n";
        if (Environment.GetEnvironmentVariable("FAILBACK_WRITE_SCREENS") == "1") File.WriteAllText(file, screen);
        Assert.Equal(File.ReadAllText(file), screen);
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(113, 31)]
    [InlineData(160, 50)]
    [InlineData(300, 100)]
    public void It_fits_and_counts_what_does_not(int width, int height)
    {
        foreach (int tables in (int[])[0, 1, 2, 5, 12, 40, 300])
        {
            foreach (bool troubled in (bool[])[true, false])
            {
                Look look = SampleFailback.Look(tables, troubled);
                IReadOnlyList<Line> lines = new StatusScreen(look, width, height).Lines();
                Assert.True(lines.Count <= height, $"{lines.Count} lines of {height} with {tables} tables");
                Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} columns of {width}: {line}"));
                string text = string.Join('\n', lines);
                Assert.DoesNotContain("…", text, StringComparison.Ordinal);
                int rows = look.Tables.Count(
                    table => text.Contains(table.Table[..Math.Min(table.Table.Length, width)] + " ", StringComparison.Ordinal)
                    || text.Contains(table.Table[..Math.Min(table.Table.Length, width)] + "\n", StringComparison.Ordinal));
                if (rows < tables) Assert.Contains(" more table", text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void The_worst_table_comes_first()
    {
        string[] lines = [.. new StatusScreen(SampleFailback.Look(300), 80, 24).Lines().Select(line => line.ToString())];
        int head = Array.FindIndex(lines, line => line.StartsWith("table ", StringComparison.Ordinal));
        Assert.StartsWith("public.orders_00", lines[head + 1], StringComparison.Ordinal);
        Assert.StartsWith("public.orders_07", lines[head + 2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_would_clear_the_screen_is_shown_and_does_not()
    {
        Look look = SampleFailback.Look(1);
        look = look with { Tables = [look.Tables[0] with { Table = "a\u001b[2J\u202eb" }] };
        string screen = string.Join('\n', new StatusScreen(look, 80, 24).Lines().Select(line => Terminal.Text(line, colours: true)));
        Assert.Contains(@"a\u001b[2J\u202eb", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[2J", screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        true, "shop: applied through 01:55:43 (18 min 24 s behind) · 1 034 rows/s · held: 6 rows set aside in 2 tables → failback dlq "
            + "list shop")]
    [InlineData(false, "shop: applied through 02:14:06 (1.2 s behind) · 1 034 rows/s")]
    public void One_line_says_how_far_how_fast_and_what_holds(bool troubled, string line) =>
        Assert.Equal(line, StatusLine.Of(SampleFailback.Look(12, troubled) with { Rate = 1034 }).ToString());

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(59.94, "59.9 s")]
    [InlineData(61, "1 min 01 s")]
    [InlineData(3599, "59 min 59 s")]
    [InlineData(7500, "2 h 05 min")]
    [InlineData(273_600, "3 d 04 h")]
    [InlineData(-1.0, "0.0 s")]
    [InlineData(double.NaN, "-")]
    public void Times_have_units(double seconds, string text) => Assert.Equal(text, Amounts.Span(seconds));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1034, "1 034")]
    [InlineData(1_234_567, "1 234 567")]
    public void Numbers_are_grouped(long number, string text) => Assert.Equal(text, Amounts.Count(number));
}
