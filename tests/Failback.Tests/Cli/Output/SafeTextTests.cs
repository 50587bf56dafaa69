using System.Globalization;
using Failback.Cli.Output;
using Xunit;

namespace Failback.Tests.Cli.Output;

/// <summary>Nothing from outside reaches a terminal as anything but text.</summary>
public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain ünï 中文 😀", "plain ünï 中文 😀")]
    [InlineData("\u001b[2J", @"\u001b[2J")]
    [InlineData("\u009b31m", @"\u009b31m")]
    [InlineData("\u001b]0;title\a", @"\u001b]0;title\u0007")]
    [InlineData("a\rb\bc\u007f", @"a\u000db\u0008c\u007f")]
    [InlineData("a\nb\tc", @"a\u000ab\u0009c")]
    [InlineData("\u202egnp.exe\u2066", @"\u202egnp.exe\u2066")]
    [InlineData("\u200b\u2028\ufeff", @"\u200b\u2028\ufeff")]
    public void A_line_shows_what_a_terminal_would_obey(string text, string shown) => Assert.Equal(shown, SafeText.Line(text));

    [Fact]
    public void Half_of_a_surrogate_pair_is_shown_as_such()
    {
        Assert.Equal(@"\ud800x", SafeText.Line("\ud800x"));
        Assert.Equal(@"x\udc00", SafeText.Line("x\udc00"));
    }

    [Fact]
    public void Standard_output_is_safe_whatever_writes_to_it()
    {
        using var inner = new StringWriter { NewLine = "\n" };
        using var writer = new SafeWriter(inner);
        writer.Write('\u001b');
        writer.Write("a\u001bb");
        writer.Write("\u001b".AsSpan());
        writer.Write(['\u001b', 'x'], 0, 2);
        writer.Write("{0}", "\u001b");
        writer.WriteLine("line\u0007\nnext");
        writer.Write(new System.Text.StringBuilder("\u009b"));
        Assert.Equal("\\u001ba\\u001bb\\u001b\\u001bx\\u001bline\\u0007\nnext\n\\u009b", inner.ToString());
    }

    [Fact]
    public void Random_text_leaves_no_control_character()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("FAILBACK_SEED"), CultureInfo.InvariantCulture, out int given)
            ? given
            : Random.Shared.Next();
        var random = new Random(seed);
        for (int i = 0; i < 2000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(20)).Select(_ => (char)random.Next(0x10000))]);
            string safe = SafeText.Line(text);
            Assert.True(!safe.Any(char.IsControl), $"FAILBACK_SEED={seed}");
            Assert.Equal(safe, SafeText.Line(safe));
        }
    }
}
