using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Definitions;
using Failback.Control.Registry;
using Failback.Source;
using Xunit;

namespace Failback.Tests.Control;

public sealed class SourceSelectionTests
{
    private static readonly SourceTable[] Source =
    [
        new(new TableName("shop", "public", "orders"), ["crdb_internal_id_shard_16", "id"]),
        new(new TableName("shop", "public", "items"), ["order_id", "line"]), new(new TableName("shop", "audit", "orders"), ["id"]),
    ];

    [Fact]
    public void Filters_choose_at_the_source_and_the_counterpart_has_the_same_name()
    {
        TargetTableSummary[] target = [
            new("public", "orders", ["id"]), new("public", "items", ["line", "order_id"]), new("audit", "orders", ["id"])];
        IReadOnlyList<TableRoute> routes = SourceSelection.Choose(
            Failback("postgres", new() { Target = "", SchemaFilter = "PUBLIC" }), Source, target);
        Assert.Equal(
            [("shop.public.items", "public.items"), ("shop.public.orders", "public.orders")],
            routes.Select(route => (route.Source, route.Target)));
        Assert.Equal(["crdb_internal_id_shard_16", "id"], routes[1].SourceKey);
        Assert.False(SourceSelection.KeysDiffer(routes, target));
        target[0] = target[0] with { PrimaryKey = ["uuid"] };
        Assert.True(SourceSelection.KeysDiffer(routes, target));
    }

    [Fact]
    public void In_MySQL_the_table_alone_counts_and_in_Oracle_it_does_where_no_schema_has_the_name()
    {
        FailbackDefinition definition = new() { Target = "", SchemaFilter = "public", TableFilter = "orders" };
        Assert.Equal(
            "d.orders",
            SourceSelection.Choose(
                Failback("mysql", definition), Source, [new("d", "orders", ["id"]) { Schemas = SchemaNaming.None }])[0].Target);
        TargetTableSummary hr = new("HR", "ORDERS", ["ID"]) { Schemas = SchemaNaming.Own };
        Assert.Equal("HR.ORDERS", SourceSelection.Choose(Failback("oracle", definition), Source, [hr])[0].Target);
        Assert.Equal(
            "PUBLIC.ORDERS",
            SourceSelection.Choose(
                Failback("oracle", definition), Source, [hr, hr with { Schema = "PUBLIC" }])[0].Target);
    }

    [Fact]
    public void A_listed_table_keeps_what_the_definition_says_of_it()
    {
        FailbackDefinition definition = new()
        {
            Target = "",
            Tables = [new TableMapping { Source = "audit.orders", Target = "hr.log", Key = ["k"] }]
        };
        TableRoute route = Assert.Single(SourceSelection.Choose(Failback("postgres", definition), Source, [new("hr", "log", ["id"])]));
        Assert.Equal(("shop.audit.orders", "hr.log", "k"), (route.Source, route.Target, Assert.Single(route.SourceKey)));
    }

    [Theory]
    [InlineData("orders", "ambiguous_source_table")]
    [InlineData("nothing", "unknown_source_table")]
    public void A_listed_table_must_be_one_of_the_source(string name, string code)
    {
        FailbackDefinition definition = new() { Target = "", Tables = [new TableMapping { Source = name }] };
        Assert.Equal(code, Assert.Throws<ApiException>(() => SourceSelection.Choose(Failback("postgres", definition), Source, [])).Code);
    }

    [Fact]
    public void With_a_userscript_a_table_may_be_on_one_side_only()
    {
        FailbackDefinition definition = new()
        {
            Target = "",
            SchemaFilter = "public",
            Tables = [new TableMapping { Source = "public.archive", Target = "public.archive" }]
        };
        TargetTableSummary[] target = [new("public", "orders", ["id"]), new("public", "archive", ["id"])];
        FailbackRecord plain = Failback("postgres", definition);
        Assert.Equal("unknown_source_table", Assert.Throws<ApiException>(() => SourceSelection.Choose(plain, Source, target)).Code);

        FailbackRecord scripted = plain with { Script = new ScriptSpec(1, "", []) };
        IReadOnlyList<TableRoute> routes = SourceSelection.Choose(scripted, Source, target);
        Assert.Equal(["public.archive", "shop.public.orders"], routes.Select(route => route.Source));
        IReadOnlyList<TableRoute> watched = SourceSelection.ForFeed(scripted, routes, Source);
        Assert.Equal(["shop.public.orders", "shop.public.items"], watched.Select(route => route.Source));
        Assert.False(SourceSelection.KeysDiffer(watched, target));
    }

    private static FailbackRecord Failback(string dialect, FailbackDefinition definition) => new()
    {
        Name = "demo",
        Definition = new SealedDefinition(definition, ""),
        Dialect = dialect,
        SealedTarget = "",
        Generation = "1",
        GeneratedPath = "/p",
        StagingSchema = "s",
    };
}
