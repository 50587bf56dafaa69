using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Apply.Windows;
using Failback.Contracts.Control;
using Xunit;

namespace Failback.Tests.Apply.Windows;

/// <summary>
/// From the source's key to the row of the target: by name, compared by value, learned only from rows that leave no doubt.
/// </summary>
public sealed class KeyMapTests
{
    private static readonly TargetTable One = Sample.Table("id a", "id");
    private static readonly TargetTable Two = Sample.Table("a b c", "a b");

    [Theory]
    [InlineData("[2.5]", "[2.500]")]
    [InlineData("[100]", "[1E+2]")]
    [InlineData("[0]", "[-0]")]
    [InlineData("[0]", "[0.00]")]
    [InlineData("[0.001]", "[1e-3]")]
    [InlineData("""["é"]""", """["\u00e9"]""")]
    [InlineData("""["a/b"]""", """["a\/b"]""")]
    [InlineData("""[1,"x"]""", """[ 1, "x" ]""")]
    [InlineData("""["a",2.5]""", """["\u0061", 2.50]""")]
    public void One_key_has_one_name_however_it_is_spelt(string one, string other) => Assert.Equal(Name(One, one), Name(One, other));

    [Theory]
    [InlineData("[1]", """["1"]""")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("[1,23]", "[12,3]")]
    [InlineData("""["a"]""", """["A"]""")]
    [InlineData("""["2.5"]""", """["2.50"]""")]
    [InlineData("""["a"]""", """["a "]""")]
    [InlineData("[1]", "[-1]")]
    [InlineData("[9007199254740993]", "[9007199254740992]")]
    public void Different_keys_have_different_names(string one, string other) => Assert.NotEqual(Name(One, one), Name(One, other));

    [Theory]
    [InlineData("a b", "[1,2]", "1 2")]
    [InlineData("b a", "[2,1]", "1 2")]
    [InlineData("B A", "[2,1]", "1 2")]
    [InlineData("crdb_region b a", """["eu",2,1]""", "1 2")]
    [InlineData("a x b", "[1,9,2]", "1 2")]
    public void A_declared_key_is_mapped_by_its_names(string declared, string key, string located) =>
        Assert.Equal(located, Located(Sample.Keys(Two, declared), Two, key));

    [Fact]
    public void Parts_that_the_target_key_lacks_do_not_tell_rows_apart()
    {
        KeyMap keys = Sample.Keys(One, "crdb_region id");
        Assert.Equal(keys.Identify(Sample.Bytes("""["eu", 1]""")), keys.Identify(Sample.Bytes("""["us", 1]""")));
        Assert.NotEqual(keys.Identify(Sample.Bytes("""["eu", 1]""")), keys.Identify(Sample.Bytes("""["eu", 2]""")));
    }

    [Theory]
    [InlineData("a", "[1]")]
    [InlineData("a b", "[1]")]
    [InlineData("a b", "[1,2,3]")]
    [InlineData("", "[1]")]
    [InlineData("", "[1,2,3]")]
    [InlineData("a b", "{}")]
    [InlineData("a b", "[1,")]
    public void A_key_that_does_not_hold_the_target_key_is_refused(string declared, string key) =>
        Assert.Throws<ValueException>(() => Located(Sample.Keys(Two, declared), Two, key));

    [Fact]
    public void A_row_that_contradicts_the_order_teaches_the_order()
    {
        KeyMap keys = Sample.Keys(Two);
        Assert.True(keys.Check(Sample.Bytes("[7,7]"), Cells("7", "7", "x")));
        Assert.False(keys.Check(Sample.Bytes("[2,1]"), Cells("1", "2", "x")));
        Assert.True(keys.Check(Sample.Bytes("[4,3]"), Cells("3", "4", "x")));
        Assert.Equal("5 6", Located(keys, Two, "[6,5]"));
    }

    [Fact]
    public void A_number_of_a_hash_shard_in_front_of_the_key_is_learned()
    {
        KeyMap keys = Sample.Keys(One);
        Assert.True(keys.Check(Sample.Bytes("[5,5]"), Cells("5", "x")));
        Assert.False(keys.Check(Sample.Bytes("[3,5]"), Cells("5", "x")));
        Assert.Equal("6", Located(keys, One, "[7,6]"));
        Assert.Equal(keys.Identify(Sample.Bytes("[3,5]")), keys.Identify(Sample.Bytes("[7,5]")));
    }

    [Theory]
    [InlineData("[1,2]", "1", "-", "x")]
    [InlineData("[8,9]", "1", "2", "x")]
    [InlineData("[1,2,1]", "1", "2", "x")]
    public void A_row_that_leaves_doubt_teaches_nothing(string key, params string[] cells)
    {
        KeyMap keys = Sample.Keys(Two);
        Assert.True(keys.Check(Sample.Bytes(key), Cells(cells)));
        Assert.False(keys.Check(Sample.Bytes("[2,1]"), Cells("1", "2", "x")));
    }

    [Fact]
    public void A_declared_key_is_not_overruled_by_a_row()
    {
        KeyMap keys = Sample.Keys(Two, "a b");
        Assert.True(keys.Check(Sample.Bytes("[2,1]"), Cells("1", "2", "x")));
        Assert.Equal("2 1", Located(keys, Two, "[2,1]"));
    }

    [Fact]
    public void Other_spellings_of_a_key_do_not_contradict_its_row()
    {
        KeyMap keys = Sample.Keys(Two);
        Assert.True(keys.Check(Sample.Bytes("""[2.5, "\u0061"]"""), Cells("2.500", "\"a\"", "x")));
        Assert.Equal("1 2", Located(keys, Two, "[1,2]"));
    }

    [Fact]
    public void A_constant_part_of_the_key_is_not_looked_for_in_the_source()
    {
        KeyMap keys = Sample.Keys(Two, "b", new ColumnRule { Column = "a", Constant = "7" });
        Assert.Equal("7 5", Located(keys, Two, "[5]"));
    }

    [Theory]
    [InlineData("""{"b": 2, "c": 3, "a": 1}""", "[1, 2]")]
    [InlineData("""{"B": "x", "a": 2.50}""", """[2.50, "x"]""")]
    [InlineData("""{"c": {"a": 5}, "b": 2, "a": 1}""", "[1, 2]")]
    [InlineData("", null)]
    [InlineData("""{"a":1,"c":{}}""", null)]
    [InlineData("""{"a":1,"b":null}""", null)]
    [InlineData("{}", null)]
    public void The_key_of_an_image_is_in_the_order_of_the_target(string image, string? key) =>
        Assert.Equal(key, Sample.Keys(Two).TryKeyOf(Sample.Bytes(image), out ReadOnlyMemory<byte> found) ? Sample.Text(found) : null);

    [Theory]
    [InlineData("b a", "[2,1]", "[1, 2]")]
    [InlineData("a b", "[1,2]", "[1,2]")]
    [InlineData("", "[2,1]", "[2,1]")]
    public void A_key_is_put_in_the_order_of_the_target_where_the_order_is_known(string declared, string key, string ordered) =>
        Assert.Equal(ordered, Sample.Text(Sample.Keys(Two, declared).InTargetOrder(Sample.Bytes(key))));

    [Theory]
    [InlineData("""["5", "-1.5", "x"]""", """[5, -1.5, "x"]""")]
    [InlineData("""["007", "1.50", " 5", "", "1e3"]""", """["007", "1.50", " 5", "", "1e3"]""")]
    [InlineData("[5, true, null]", "[5, true, null]")]
    public void Texts_that_a_script_made_of_numbers_become_those_numbers(string key, string numbers) =>
        Assert.Equal(numbers, Sample.Text(KeyMap.WithNumbers(Sample.Bytes(key))));

    private static KeyIdentity Name(TargetTable table, string key) => Sample.Keys(table).Identify(Sample.Bytes(key));

    private static string Located(KeyMap keys, TargetTable table, string key)
    {
        var cells = new RawValue[table.PrimaryKey.Count];
        keys.Locate(Sample.Bytes(key), cells);
        return string.Join(' ', cells.Select(Sample.Text));
    }

    private static RawValue[] Cells(params string[] json) => [.. json.Select(j => j == "-" ? default : new RawValue(Sample.Bytes(j)))];
}
