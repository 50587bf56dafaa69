using System.Text;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Scripting.Batches;
using Failback.Scripting.Routing;
using Xunit;

namespace Failback.Tests.Scripting.Routing;

/// <summary>What a userscript's answer means: the key, the image and the image before of the row that it makes.</summary>
public sealed class ScriptRowTests
{
    private const string After = """{"a": 1, "b": 2, "c": "x"}""";
    private const string Before = """{"a": 1, "b": 2, "c": "w"}""";

    private static readonly TableRoute Own = new() { Source = "s.own", Target = "s.own", Queue = "own", SourceKey = ["a", "b"] };
    private static readonly TableRoute Unordered = new() { Source = "s.un", Target = "s.un", Queue = "un", TargetKey = ["b", "a"] };
    private static readonly TableRoute Other = new() { Source = "s.other", Target = "s.other", Queue = "other", TargetKey = ["b", "a"] };
    private static readonly TableRoute Nameless = new() { Source = "s.x", Target = "s.x", Queue = "x" };
    private static readonly ScriptTables Tables = new([Own, Unordered, Other, Nameless]);

    /// <summary>
    /// To its own table: what the script answered, and what becomes of an upsert of [1, 2]; the image before stays when the key does.
    /// </summary>
    [Theory]
    [InlineData("", "[1, 2]", After, Before)]
    [InlineData("""{"a": 1, "b": 2, "c": "y"}""", "[1, 2]", """{"a": 1, "b": 2, "c": "y"}""", Before)]
    [InlineData("""{"a":"1","b":"2"}""", "[1, 2]", """{"a":"1","b":"2"}""", Before)]
    [InlineData("""{"a": 3, "b": 2}""", "[3,2]", """{"a": 3, "b": 2}""", "")]
    [InlineData("""{"a": 2, "b": 1}""", "[2,1]", """{"a": 2, "b": 1}""", "")]
    [InlineData("""{"c": "no key"}""", "[1, 2]", """{"c": "no key"}""", Before)]
    [InlineData("""{"a": 1, "b": null}""", "[1, 2]", """{"a": 1, "b": null}""", Before)]
    public void An_upsert_to_its_own_table(string row, string key, string after, string before) =>
        Assert.Equal((key, after, before), Texts(Made(row).Over(Received(), Tables.Target(Own, Own))));

    [Theory]
    [InlineData("", "", "[1, 2]", Before)]
    [InlineData("", "[5, 6]", "[5, 6]", "")]
    [InlineData("", "[1, 2]", "[1, 2]", Before)]
    [InlineData("""{"a": 7, "b": 8}""", "", "[7,8]", "")]
    [InlineData("""{"a": 1, "b": 2}""", "", "[1, 2]", Before)]
    [InlineData("""{"a": 7}""", "", "[1, 2]", Before)]
    public void A_delete_in_its_own_table(string row, string key, string made, string before)
    {
        Assert.Equal((made, "", before), Texts(Made(row, key, isDelete: true).Over(Received(), Tables.Target(Own, Own))));
        RowFrame delete = Received() with { After = default };
        Assert.Equal((made, "", before), Texts(Made(row, key, isDelete: true).Over(delete, Tables.Target(Own, Own))));
    }

    [Fact]
    public void A_delete_that_is_passed_on_stays_a_delete_and_one_that_gets_a_row_becomes_an_upsert()
    {
        RowFrame delete = Received() with { After = default };
        Assert.Equal(delete, Made("").Over(delete, Tables.Target(Own, Own)));
        Assert.Equal(
            ("[1, 2]", """{"a":1,"b":2,"gone":true}""", Before),
            Texts(Made("""{"a":1,"b":2,"gone":true}""").Over(delete, Tables.Target(Own, Own))));
    }

    [Fact]
    public void A_row_of_which_nothing_was_changed_is_the_row_received() =>
        Assert.Equal(Received(), Made("").Over(Received(), Tables.Target(Own, Own)));

    /// <summary>Null: a column of the other table's key is missing, so that the row goes nowhere.</summary>
    [Theory]
    [InlineData("", false, "[2,1]")]
    [InlineData("""{"b":9,"a":"1"}""", false, "[9,1]")]
    [InlineData("""{"b":9}""", false, null)]
    [InlineData("""{"b":9,"a":null}""", false, null)]
    [InlineData("""{"a":7,"b":8}""", true, "[8,7]")]
    [InlineData("", true, "[2,1]")]
    public void A_row_for_another_table_has_the_key_of_that_table(string row, bool isDelete, string? key)
    {
        RowFrame? made = Made(row, isDelete: isDelete).Over(Received(), Tables.Target(Other, Own));
        Assert.Equal(key, made is { } frame ? Text(frame.Key) : null);
        if (made is { } sent) Assert.Equal("", Text(sent.Before));
    }

    [Fact]
    public void A_delete_takes_the_order_of_the_table_it_goes_to() =>
        Assert.Equal(
            ("[2,1]", "", ""),
            Texts(Made("", isDelete: true).Over(Received() with { After = default }, Tables.Target(Other, Own))));

    [Fact]
    public void What_lacks_a_key_is_told_by_the_names_of_table_and_column()
    {
        ScriptRow made = Made("""{"b": "secret"}""");
        Assert.Equal(
            "a row for s.other has no value for a, a column of its key", Tables.Target(Other, Own).Lack(Received(), made));
    }

    /// <summary>Without a declared order the received key has the right one.</summary>
    [Theory]
    [InlineData("""{"a": 1, "b": 2, "c": "y"}""", "[1, 2]")]
    [InlineData("""{"a": 1, "b": 5}""", "[5,1]")]
    public void A_key_whose_order_is_not_known_stays_as_received_while_its_values_do(string row, string key) =>
        Assert.Equal(key, Text(Made(row).Over(Received(), Tables.Target(Unordered, Unordered))!.Value.Key));

    [Fact]
    public void A_table_that_is_not_known_or_without_known_key_columns_takes_the_key_received()
    {
        Assert.Equal("[1, 2]", Text(Made("""{"z":1}""").Over(Received(), Tables.Target(null, Own))!.Value.Key));
        Assert.Equal("[1, 2]", Text(Made("""{"z":1}""").Over(Received(), Tables.Target(Nameless, Own))!.Value.Key));
        Assert.Equal("[5]", Text(Made("", "[5]", isDelete: true).Over(Received(), Tables.Target(null, Own))!.Value.Key));
    }

    /// <summary>Handlers of a table are the last to have a say; the image before has the names of the source.</summary>
    [Theory]
    [InlineData("""{"a": 7}""", true, null)]
    [InlineData("""{"a": 7, "b": 8}""", true, "[7,8]")]
    [InlineData("""{"c": "y"}""", false, "[1, 2]")]
    [InlineData("", true, "[1, 2]")]
    public void A_delete_by_names_names_every_column_at_the_last_stage(string row, bool isDelete, string? key)
    {
        RowFrame? made = Made(row, isDelete: isDelete).Over(Received(), Tables.Target(Own, Own, ScriptStage.Table));
        Assert.Equal(key, made is { } frame ? Text(frame.Key) : null);
        if (made is { } last) Assert.Equal("", Text(last.Before));
    }

    private static ScriptRow Made(string row, string key = "", bool isDelete = false) => new(null, isDelete, Bytes(key), Bytes(row));

    private static RowFrame Received() => new(new HlcTimestamp(7, 1), Key, Image, Former);

    // One memory each, so that rows of which nothing was changed are equal.
    private static readonly ReadOnlyMemory<byte> Key = Bytes("[1, 2]");
    private static readonly ReadOnlyMemory<byte> Image = Bytes(After);
    private static readonly ReadOnlyMemory<byte> Former = Bytes(Before);

    private static (string Key, string After, string Before) Texts(RowFrame? row) =>
        row is { } made ? (Text(made.Key), Text(made.After), Text(made.Before)) : ("-", "-", "-");

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
