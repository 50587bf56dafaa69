using Failback.Apply.Rows;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Contracts.Rows;
using Failback.Scripting.Batches;
using Xunit;

namespace Failback.Tests.Apply.Rows;

/// <summary>What the handlers of a table answer, by the names of the target's key: (b, a), of which the source's key is [a, b].</summary>
public sealed class TableTargetTests
{
    private static readonly TargetTable Table = Sample.Table("a b c", "b a");

    [Theory]
    [InlineData("""{"a": 1, "b": 2, "c": "y"}""", "", false, "[2, 1]")]
    [InlineData("""{"b": "9", "a": "1"}""", "", false, """["9", "1"]""")]
    [InlineData("""{"c": "y"}""", "", false, "[2, 1]")]
    [InlineData("", "", true, "[2, 1]")]
    [InlineData("""{"a": 7, "b": 8}""", "", true, "[8, 7]")]
    [InlineData("""{"a": 7}""", "", true, null)]
    [InlineData("", "[5, 6]", true, "[5, 6]")]
    public void A_key_has_the_order_of_the_target(string row, string key, bool isDelete, string? expected)
    {
        var target = new TableTarget(KeyMap.InOrder(Table, []), Sample.Keys(Table, "a b"));
        RowFrame received = Sample.Frame(7, "[1, 2]", """{"a": 1, "b": 2, "c": "x"}""", """{"a": 1}""");
        RowFrame? made = new ScriptRow(null, isDelete, Sample.Bytes(key), Sample.Bytes(row)).Over(received, target);
        Assert.Equal(expected, made is { } frame ? Sample.Text(frame.Key) : null);
        if (made is not { } written) return;
        Assert.Equal((isDelete, received.Updated, 0), (written.IsDelete, written.Updated, written.Before.Length));
    }
}
