using Failback.Contracts.Control;
using Failback.Scripting.Routing;
using Xunit;

namespace Failback.Tests.Scripting.Routing;

/// <summary>Which table a userscript means by a name; sink, appliers and trials ask the same.</summary>
public sealed class ScriptTablesTests
{
    private static readonly TableRoute[] Routes = [
        Route("a.orders"), Route("a.Orders"), Route("b.orders"), Route("a.items"), Route("b.items"), Route("b.Only"), Route("plain")];

    private readonly ScriptTables _tables = new(Routes);

    /// <summary>Name, table of the row that the script was given, table that is meant.</summary>
    [Theory]
    [InlineData(null, "a.items", "a.items")]
    [InlineData(null, null, null)]
    [InlineData("items", "a.items", "a.items")]
    [InlineData("items", "b.orders", "b.items")]
    [InlineData("items", "plain", null)]
    [InlineData("items", null, null)]
    [InlineData("ITEMS", "b.orders", "b.items")]
    [InlineData("a.items", "b.orders", "a.items")]
    [InlineData("db.a.items", "b.orders", "a.items")]
    [InlineData("Orders", "a.orders", "a.Orders")]
    [InlineData("orders", "a.Orders", "a.orders")]
    [InlineData("ORDERS", "a.orders", null)]
    [InlineData("ORDERS", "b.items", "b.orders")]
    [InlineData("only", "a.items", "b.Only")]
    [InlineData("\"Only\"", "a.items", "b.Only")]
    [InlineData("plain", "a.items", "plain")]
    [InlineData("c.items", "a.items", null)]
    [InlineData("elsewhere", "a.items", null)]
    [InlineData("", "a.items", null)]
    [InlineData("a.b.c.d", "a.items", null)]
    public void A_name_means_the_schema_of_the_rows_own_table_first(string? name, string? own, string? expected) =>
        Assert.Equal(expected, _tables.Find(name, own is null ? null : Of(own))?.Target);

    [Fact]
    public void The_table_that_is_found_is_that_of_the_failback_itself() => Assert.Same(Of("a.items"), _tables.Find("a.items", null));

    private static TableRoute Of(string target) => Routes.Single(r => r.Target == target);

    private static TableRoute Route(string target) => new() { Source = target, Target = target, Queue = target };
}
