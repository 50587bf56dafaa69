using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Apply.Windows;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Contracts.Words;
using Xunit;

namespace Failback.Tests.Apply.Windows;

/// <summary>
/// From the source's key to the row of the target: by name, compared by value,
/// learned only from rows that leave no doubt, and held against every row.
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
        Assert.Equal(Of(keys, """["eu", 1]"""), Of(keys, """["us", 1]"""));
        Assert.NotEqual(Of(keys, """["eu", 1]"""), Of(keys, """["eu", 2]"""));
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
    public void A_row_teaches_the_order_of_the_parts_and_the_map_it_was_compared_with_stays_as_it_was()
    {
        KeyMap unknown = Sample.Keys(Two);
        KeyMap learned = Learn(unknown, "[2,1]", "1 2 x");
        Assert.False(learned.NamesLike(unknown));
        Assert.Equal("5 6", Located(learned, Two, "[6,5]"));
        Assert.Throws<ValueException>(() => Located(unknown, Two, "[6,5]"));
        Assert.Same(learned, Learn(learned, "[4,3]", "3 4 x"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("b a")]
    public void What_rows_have_shown_is_known_after_a_restart_whatever_the_definition_says(string declared)
    {
        string stored = Learn(Sample.Keys(Two), "[2,1]", "1 2 x").Stored;
        KeyMap again = new(Two, declared.Length == 0 ? [] : declared.Split(' '), [], stored);
        if (declared == "a b") Assert.Throws<ValueException>(() => Located(again, Two, "[6,5]"));
        else Assert.Equal("5 6", Located(again, Two, "[6,5]"));
    }

    [Fact]
    public void What_was_shown_of_columns_that_left_the_key_is_forgotten()
    {
        string stored = Learn(Sample.Keys(Two), "[2,1]", "1 2 x").Stored;
        Assert.Throws<ValueException>(() => Located(new KeyMap(Sample.Table("a b c", "a c"), [], [], stored), Two, "[6,5]"));
    }

    [Fact]
    public void The_delete_of_a_composite_key_of_which_nothing_is_known_names_no_row()
    {
        var refused = Assert.Throws<ValueException>(() => Located(Sample.Keys(Two), Two, "[6,5]"));
        Assert.Equal((LetterCodes.KeyUnknown, true), (refused.Code, refused.Message.Contains("a, b", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_number_of_a_hash_shard_in_front_of_the_key_is_learned_and_the_shorter_key_stays_known()
    {
        KeyMap keys = Learn(Learn(Sample.Keys(One), "[5,5]", "5 x"), "[3,5]", "5 x");
        Assert.Equal("6", Located(keys, One, "[7,6]"));
        Assert.Equal("6", Located(keys, One, "[6]"));
        Assert.Equal(Of(keys, "[3,5]"), Of(keys, "[7,5]"));
        Assert.Equal(Of(keys, "[3,5]"), Of(keys, "[5]"));
    }

    [Theory]
    [InlineData("[1,2]", "1 - x")]
    [InlineData("[1,2,1]", "1 2 x")]
    [InlineData("[7,7]", "7 7 x")]
    public void A_row_that_leaves_doubt_teaches_nothing(string key, string cells)
    {
        KeyMap keys = Sample.Keys(Two);
        Assert.Same(keys, Learn(keys, key, cells));
    }

    [Theory]
    [InlineData("", "[8,9]", "1 2 x", LetterCodes.KeyMismatch)]
    [InlineData("a b", "[8,9]", "1 2 x", LetterCodes.KeyMismatch)]
    [InlineData("", "[1,1]", "1 2 x", LetterCodes.KeyMismatch)]
    [InlineData("", "[3,4,5]", "1 2 x", LetterCodes.KeyMismatch)]
    [InlineData("a b", "[2,1]", "1 2 x", LetterCodes.KeyChanged)]
    [InlineData("b a", "[1,2]", "1 2 x", LetterCodes.KeyChanged)]
    public void A_row_that_contradicts_its_key_is_a_problem_declared_or_not(string declared, string key, string cells, string code) =>
        Assert.Equal(code, Learn(Sample.Keys(Two, declared), key, cells).Problem?.Code);

    [Fact]
    public void Another_order_is_not_believed_until_the_definition_says_so_and_then_from_its_first_row_on()
    {
        KeyMap straight = Learn(Sample.Keys(Two), "[1,2]", "1 2 x");
        KeyMap changed = Learn(straight, "[4,3]", "3 4 x", updated: 50);
        Assert.Equal(LetterCodes.KeyChanged, changed.Problem?.Code);
        Assert.Contains("[b, a], [a, b] was known", changed.Problem!.Message, StringComparison.Ordinal);
        Assert.Equal("1 2", Located(changed, Two, "[1,2]"));

        var told = new KeyMap(Two, ["b", "a"], [], straight.Stored);
        Assert.Throws<ValueException>(() => Located(told, Two, "[2,1]", updated: 50));
        KeyMap both = Learn(Learn(told, "[4,3]", "3 4 x", updated: 50), "[1,2]", "1 2 x", updated: 30);
        Assert.Equal("1 2", Located(both, Two, "[2,1]", updated: 50));
        Assert.Equal("2 1", Located(both, Two, "[2,1]", updated: 30));
        Assert.Equal(LetterCodes.KeyChanged, Assert.Throws<ValueException>(() => Located(both, Two, "[2,1]", updated: 40)).Code);
        Assert.Equal(Of(both, "[2,1]", updated: 60), Of(both, "[1,2]", updated: 20));
        Assert.Equal("1 2", Located(new KeyMap(Two, ["b", "a"], [], both.Stored), Two, "[2,1]", updated: 50));
        Assert.Equal(LetterCodes.KeyChanged, Learn(both, "[1,2]", "1 2 x", updated: 70).Problem?.Code);
    }

    /// <summary>A backlog may hold rows from before and after the key was altered before any of them was applied.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_older_than_those_that_the_definition_explains_may_have_another_order(bool newestFirst)
    {
        KeyMap keys = Sample.Keys(Two, "b a");
        KeyMap Older(KeyMap map) => Learn(map, "[1,2]", "1 2 x", updated: 30);
        KeyMap Newer(KeyMap map) => Learn(map, "[4,3]", "3 4 x", updated: 50);
        Assert.Equal(LetterCodes.KeyChanged, Older(keys).Problem?.Code);
        KeyMap both = newestFirst ? Older(Newer(keys)) : Newer(Older(keys));
        Assert.Null(both.Problem);
        Assert.Equal(("2 1", "1 2"), (Located(both, Two, "[2,1]", updated: 30), Located(both, Two, "[2,1]", updated: 50)));
    }

    /// <summary>Late rows of a fed queue: what was seen first is not what came first.</summary>
    [Fact]
    public void The_first_row_of_an_order_may_arrive_after_later_ones()
    {
        KeyMap keys = new(Two, ["b", "a"], [], Learn(Sample.Keys(Two), "[1,2]", "1 2 x").Stored);
        keys = Learn(Learn(keys, "[4,3]", "3 4 x", updated: 50), "[6,5]", "5 6 x", updated: 40);
        Assert.Equal("1 2", Located(keys, Two, "[2,1]", updated: 45));
    }

    [Fact]
    public void Other_spellings_of_a_key_do_not_contradict_its_row()
    {
        KeyMap keys = Learn(Sample.Keys(Two), """[2.5, "\u0061"]""", "2.500 \"a\" x");
        Assert.Null(keys.Problem);
        Assert.Equal("1 2", Located(keys, Two, "[1,2]"));
    }

    /// <summary>A row whose key is not known yet has the identity that the known key will give it.</summary>
    [Fact]
    public void An_image_names_its_row_before_the_order_is_known()
    {
        KeyMap unknown = Sample.Keys(Two);
        RowFrame row = Sample.Frame(1, "[2,1]", """{"c":0,"b":2,"a":1}""");
        Assert.Equal(unknown.Identify(row), Learn(unknown, "[2,1]", "1 2 x").Identify(Sample.Frame(2, "[2,1]", null)));
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
        Assert.Equal(ordered, Sample.Text(Sample.Keys(Two, declared).InTargetOrder(Sample.Frame(1, key, null))));

    private static KeyIdentity Name(TargetTable table, string key) => Of(Sample.Keys(table), key);

    private static KeyIdentity Of(KeyMap keys, string key, long updated = 1) => keys.Identify(Sample.Frame(updated, key, null));

    private static string Located(KeyMap keys, TargetTable table, string key, long updated = 1)
    {
        var cells = new RawValue[table.PrimaryKey.Count];
        keys.Locate(Sample.Frame(updated, key, null), cells);
        return string.Join(' ', cells.Select(Sample.Text));
    }

    /// <param name="cells">Of the whole row, separated by blanks; a hyphen: the row does not carry the column.</param>
    private static KeyMap Learn(KeyMap keys, string key, string cells, long updated = 1) => keys.Learn(
        Sample.Frame(updated, key, "{}"), [.. cells.Split(' ').Select(j => j == "-" ? default : new RawValue(Sample.Bytes(j)))]);
}
