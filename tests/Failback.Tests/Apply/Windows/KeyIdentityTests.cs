using System.Text;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Contracts.Rows;
using Xunit;

namespace Failback.Tests.Apply.Windows;

/// <summary>Two keys have one identity when, and only when, their values are the same.</summary>
public sealed class KeyIdentityTests
{
    private const string Blanks = " \t\r\n";

    private static readonly TargetTable Two = Sample.Table("a b c", "a b");

    /// <summary>What keys are made of: quotes, backslashes and commas move the borders of parts, the rest has several spellings.</summary>
    private static readonly string[] Pieces =
    [
        "\"", "\\", ",", "[", "]", "x", "\\\"", "\",\"", "\u0000", "\u0001", "\b", "\t", "\n", "\u001f", "\u007f", "/", " ", "é", "\u2028",
        "😀", "\ud83d", "\ude00", "\ufffd", "u0041", "n", "1", "-0", "1e2",
    ];

    [Theory]
    [InlineData("""["x\",\"y","z"]""", """["x","y\",\"z"]""")]
    [InlineData("""["\\n","z"]""", """["\n","z"]""")]
    [InlineData("""["\\","\",\""]""", """["\\\",\"","\\"]""")]
    [InlineData("""["\ud83d","z"]""", """["\ufffd","z"]""")]
    [InlineData("""["\ud83d","z"]""", """["\ude00","z"]""")]
    [InlineData("""["\\ud83d","z"]""", """["\ud83d","z"]""")]
    [InlineData("""["a",null]""", """["a","null"]""")]
    [InlineData("""["a b",1]""", """["ab",1]""")]
    [InlineData("""["a\tb", 1]""", """["ab", 1]""")]
    public void Other_values_are_another_row(string one, string other) => Assert.NotEqual(Of(one), Of(other));

    [Theory]
    [InlineData("[1,2]", "[1,\n2]")]
    [InlineData("[1,2]", "[\t1\r\n,2 ]")]
    [InlineData("""["a",2]""", "[\"a\",\t2]")]
    [InlineData("""["\u0022","z"]""", """["\"","z"]""")]
    [InlineData("""["\u005C","z"]""", """["\\","z"]""")]
    [InlineData("""["\u000a","z"]""", """["\n","z"]""")]
    [InlineData("""["\u000A","z"]""", """["\n","z"]""")]
    [InlineData("""["\ud83d\ude00","z"]""", """["😀","z"]""")]
    [InlineData("""["\uD83D","z"]""", """["\ud83d","z"]""")]
    [InlineData("""[{"a": [1.0, "\u0041"]},2]""", """[{"a":[1,"A"]},2]""")]
    public void Another_spelling_is_the_same_row(string one, string other) => Assert.Equal(Of(one), Of(other));

    [Fact]
    public void Random_texts_have_one_identity_each_however_they_are_spelt()
    {
        var random = new Random(20261129);
        var known = new Dictionary<KeyIdentity, (string, string)>();
        for (int i = 0; i < 20_000; i++)
        {
            (string, string) parts = (Text(random), Text(random));
            KeyIdentity first = Of(Spelt(parts, random));
            Assert.Equal(first, Of(Spelt(parts, random)));
            Assert.Equal(first.Digest(), Of(Spelt(parts, random)).Digest());
            if (known.TryGetValue(first, out (string, string) other)) Assert.Equal(other, parts);
            known[first] = parts;
        }

        Assert.InRange(known.Count, 10_000, 20_000);
    }

    /// <summary>The feed sends UTF-8, but bytes that are none must not make two rows one either.</summary>
    [Fact]
    public void Random_bytes_have_one_identity_each()
    {
        var random = new Random(7);
        var known = new Dictionary<KeyIdentity, string>();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] text = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (byte)random.Next(0x20, 0x100))];
            if (text.AsSpan().IndexOfAny((byte)'"', (byte)'\\') >= 0) continue;
            byte[] key = [.. "[\""u8, .. text, .. (random.Next(2) == 0 ? "\",1]"u8 : "\", 1]"u8)];
            KeyIdentity identity = Sample.Keys(Two).Identify(new RowFrame(default, key, default, default));
            string value = Convert.ToHexString(text);
            Assert.Equal(value, known.GetValueOrDefault(identity, value));
            known[identity] = value;
        }
    }

    private static KeyIdentity Of(string key) => Sample.Keys(Two).Identify(Sample.Frame(1, key, null));

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string Spelt((string One, string Other) parts, Random random) =>
        $"[{Blank(random)}{Spelt(parts.One, random)}{Blank(random)},{Blank(random)}{Spelt(parts.Other, random)}{Blank(random)}]";

    private static string Blank(Random random) => random.Next(3) == 0 ? Blanks[random.Next(Blanks.Length)].ToString() : "";

    private static string Spelt(string text, Random random)
    {
        var spelt = new StringBuilder("\"");
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool isPair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (isPair && random.Next(2) == 0) spelt.Append(text, i++, 2);
            else if (isPair) spelt.Append(Escaped(c, random)).Append(Escaped(text[++i], random));
            else if (char.IsSurrogate(c) || c < ' ' || random.Next(4) == 0) spelt.Append(Escaped(c, random));
            else if (c is '"' or '\\' || (c == '/' && random.Next(2) == 0)) spelt.Append('\\').Append(c);
            else spelt.Append(c);
        }

        return spelt.Append('"').ToString();
    }

    private static string Escaped(char c, Random random)
    {
        int at = "\b\f\n\r\t".IndexOf(c, StringComparison.Ordinal);
        if (at >= 0 && random.Next(2) == 0) return $"\\{"bfnrt"[at]}";
        string code = ((int)c).ToString(random.Next(2) == 0 ? "x4" : "X4", null);
        return $"\\u{code}";
    }
}
