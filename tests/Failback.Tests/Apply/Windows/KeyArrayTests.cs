using Failback.Apply.Windows;
using Xunit;

namespace Failback.Tests.Apply.Windows;

/// <summary>The array of a key, as the feed and as scripts spell it.</summary>
public sealed class KeyArrayTests
{
    [Theory]
    [InlineData("[1, 2]", 2)]
    [InlineData("""["a,b", "c\",[\"", {"x": [1, 2]}]""", 3)]
    [InlineData("[]", 0)]
    [InlineData("[ [1,2] ]", 1)]
    [InlineData("[null]", 1)]
    public void The_parts_of_a_key_are_counted_without_reading_them(string key, int parts) =>
        Assert.Equal(parts, KeyArray.Count(Sample.Bytes(key)));

    [Theory]
    [InlineData("""["5", "-1.5", "x"]""", """[5, -1.5, "x"]""")]
    [InlineData("""["007", "1.50", " 5", "", "1e3"]""", """["007", "1.50", " 5", "", "1e3"]""")]
    [InlineData("[5, true, null]", "[5, true, null]")]
    public void Texts_that_a_script_made_of_numbers_become_those_numbers(string key, string numbers) =>
        Assert.Equal(numbers, Sample.Text(KeyArray.WithNumbers(Sample.Bytes(key))));
}
