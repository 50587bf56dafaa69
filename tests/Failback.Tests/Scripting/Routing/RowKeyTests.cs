using System.Text;
using Failback.Contracts.Control;
using Failback.Scripting.Routing;
using Xunit;

namespace Failback.Tests.Scripting.Routing;

public sealed class RowKeyTests
{
    [Theory]
    [InlineData("""{"a": 1, "b": "x"}""", "a", "[9]", "[1]")]
    [InlineData("""{"a": 1, "b": "x"}""", "b,a", "[9]", """["x",1]""")]
    [InlineData("""{"A": 1}""", "a", "[9]", "[1]")]
    [InlineData("""{"A": 1, "a": 2}""", "a", "[9]", "[2]")]
    [InlineData("""{"id": 12345678901234567890.50}""", "id", "[9]", "[12345678901234567890.50]")]
    // A script hands numbers back as text: the key that was received says which of them are numbers.
    [InlineData("""{"new_id": "5"}""", "new_id", "[5]", "[5]")]
    [InlineData("""{"new_id": "5"}""", "new_id", """["5"]""", """["5"]""")]
    [InlineData("""{"new_id": "5"}""", "new_id", "[51]", """["5"]""")]
    [InlineData("""{"id": {"nested": [1, 2]}, "n": 3}""", "n", "[3]", "[3]")]
    public void The_values_are_found_by_name(string image, string names, string received, string key) =>
        Assert.Equal(key, Encoding.UTF8.GetString(RowKey.Of(Bytes(image), names.Split(','), Bytes(received), out _)!));

    [Theory]
    [InlineData("""{"a": 1}""", "a,b", "b")]
    [InlineData("""{"a": null}""", "a", "a")]
    [InlineData("{}", "a", "a")]
    public void A_row_without_a_key_column_has_no_key(string image, string names, string lacks)
    {
        Assert.Null(RowKey.Of(Bytes(image), names.Split(','), "[1]"u8, out string missing));
        Assert.Equal(lacks, missing);
    }

    [Theory]
    [InlineData("""[1, "x"]""", "a,b", "b,a", """["x",1]""")]
    [InlineData("""[1, "x"]""", "a,b", "A,B", """[1,"x"]""")]
    [InlineData("[1, 2]", "a,b", "a,c", "[1, 2]")]
    [InlineData("[1, 2]", "", "a,b", "[1, 2]")]
    [InlineData("[1, 2]", "a", "a", "[1, 2]")]
    public void A_delete_takes_the_order_of_the_table_it_goes_to(string key, string from, string to, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(RowKey.Reorder(Bytes(key), Split(from), Split(to))));

    [Fact]
    public void Names_are_those_of_the_source_where_it_is_known_and_otherwise_of_the_target_as_the_feed_calls_them()
    {
        var route = new TableRoute
        {
            Source = "s.t",
            Target = "d.t",
            Queue = "q",
            TargetKey = ["tenant", "new_id"],
            Columns = [new ColumnRule { Column = "id", Rename = "new_id" }, new ColumnRule { Column = "tenant", Constant = "1" }],
        };
        Assert.Equal(["id"], RowKey.Names(route));
        Assert.Equal(["shard", "id"], RowKey.Names(route with { SourceKey = ["shard", "id"] }));
    }

    [Theory]
    [InlineData("""{"key1": "9007199254740993"}""", "id", "[9007199254740993]", "[9007199254740993]")]
    [InlineData("""{"key1":"x"}""", "id", """["x"]""", """["x"]""")]
    [InlineData("""{"key1":8}""", "id", "[9]", null)]
    [InlineData("""{"other":9}""", "id", "[9]", null)]
    [InlineData("""{"key1":1,"key2":2}""", "a,b", "[1, 2]", null)]
    public void A_key_of_one_part_that_has_no_name_may_be_handed_on(string image, string names, string received, string? expected) =>
        Assert.Equal(
            expected, RowKey.Unnamed(Bytes(image), Split(names), Bytes(received)) is { } key ? Encoding.UTF8.GetString(key) : null);

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
