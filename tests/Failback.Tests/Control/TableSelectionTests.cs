using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Failback.Control.Registry;
using Xunit;

namespace Failback.Tests.Control;

public sealed class TableSelectionTests
{
    private static readonly TargetTableSummary[] Catalogue =
    [
        Table("migration_schema", "employees"), Table("migration_schema", "payments"), Table("migration_schema", "keyless", []),
        Table("hr", "employees"), Table("public", "Mixed"), Table("public", "audit"),
    ];

    [Fact]
    public void Filters_choose_whole_names_whatever_their_case()
    {
        IReadOnlyList<TableRoute> routes = Choose(
            new FailbackDefinition
            {
                Target = "",
                SchemaFilter = "MIGRATION_SCHEMA|public",
                TableFilter = "employees|pay.*|mixed",
                TableExclusionFilter = "payments"
            });
        Assert.Equal(["migration_schema.employees", "public.Mixed"], routes.Select(route => route.Source));
        Assert.Equal(["fb.demo.g1.migration_schema.employees", "fb.demo.g1.public.Mixed"], routes.Select(route => route.Queue));
    }

    [Fact]
    public void Listed_tables_alone_are_chosen_when_there_is_no_filter()
    {
        TableRoute route = Assert.Single(
            Choose(new FailbackDefinition
            {
                Target = "",
                Tables = [new TableMapping { Source = "src.people", Target = "hr.employees", Key = ["shard", "id"] }]
            }));
        Assert.Equal(("src.people", "hr.employees"), (route.Source, route.Target));
        Assert.Equal(["shard", "id"], route.SourceKey);
    }

    [Fact]
    public void A_listed_table_replaces_what_the_filter_would_choose_for_it()
    {
        IReadOnlyList<TableRoute> routes = Choose(new FailbackDefinition
        {
            Target = "",
            SchemaFilter = "migration_schema",
            TableFilter = "employees|payments",
            Tables = [new TableMapping { Source = "migration_schema.employees", Target = "hr.employees" }],
        });
        Assert.Equal(
            [("migration_schema.employees", "hr.employees"), ("migration_schema.payments", "migration_schema.payments")],
            routes.Select(route => (route.Source, route.Target)));
    }

    [Fact]
    public void A_bare_name_is_found_in_its_schema_when_there_is_only_one() =>
        Assert.Equal(
            "public.Mixed",
            Assert.Single(Choose(new FailbackDefinition { Target = "", Tables = [new TableMapping { Source = "mixed" }] })).Target);

    [Theory]
    [InlineData("ambiguous_table", "employees", null)]
    [InlineData("unknown_table", "nowhere", null)]
    [InlineData("unknown_table", "payments", "hr.payments")]
    [InlineData("no_primary_key", "keyless", null)]
    public void Refuses_listed_tables_it_cannot_use(string code, string source, string? target) =>
        Assert.Equal(
            code, Refused(new FailbackDefinition { Target = "", Tables = [new TableMapping { Source = source, Target = target }] }).Code);

    [Fact]
    public void Refuses_two_sources_for_one_target() => Assert.Equal("shared_target", Refused(new FailbackDefinition
    {
        Target = "",
        Tables = [new TableMapping { Source = "a", Target = "hr.employees" }, new TableMapping { Source = "b", Target = "hr.employees" }],
    }).Code);

    [Fact]
    public void Refuses_the_same_bare_name_twice_on_a_feed_that_may_send_bare_names()
    {
        var definition = new FailbackDefinition { Target = "", TableFilter = "employees" };
        Assert.Equal(2, Choose(definition).Count);
        ApiException e = Refused(definition with { Changefeed = new ChangefeedDefinition { WebhookPath = "/a/b" } });
        Assert.Equal("ambiguous_topic", e.Code);
        Assert.Contains("hr.employees", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_what_is_there_when_nothing_matches()
    {
        ApiException e = Refused(new FailbackDefinition { Target = "", TableFilter = "employee" });
        Assert.Equal("no_tables", e.Code);
        Assert.Contains("hr.employees", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_every_table_without_primary_key()
    {
        ApiException e = Refused(new FailbackDefinition { Target = "", SchemaFilter = "migration_schema" });
        Assert.Equal("no_primary_key", e.Code);
        Assert.Contains("migration_schema.keyless", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_queue_name_stays_below_the_limit_of_the_broker()
    {
        string table = new('x', 300);
        string queue = Record(new FailbackDefinition { Target = "" }).QueueName(table);
        Assert.True(queue.Length < 255);
        Assert.Equal(queue, Record(new FailbackDefinition { Target = "" }).QueueName(table));
    }

    [Theory]
    [InlineData("a\vb", "a\\u000bb")]
    [InlineData("a\r", "a\\u000d")]
    [InlineData("\u001b[2J", "\\u001b[2J")]
    public void A_table_whose_name_holds_a_control_character_is_refused_and_shown_without_it(string table, string shown)
    {
        TargetTableSummary[] catalogue = [Catalogue[0] with { Table = table }];
        var definition = new FailbackDefinition { Target = "", TableFilter = ".*", SchemaFilter = ".*" };
        var refused = Assert.Throws<ApiException>(() => TableSelection.Choose(Record(definition), catalogue));
        Assert.Equal("table_name", refused.Code);
        Assert.Contains(shown, refused.Message, StringComparison.Ordinal);
    }

    private static ApiException Refused(FailbackDefinition definition) => Assert.Throws<ApiException>(() => Choose(definition));

    private static IReadOnlyList<TableRoute> Choose(FailbackDefinition definition) => TableSelection.Choose(Record(definition), Catalogue);

    private static FailbackRecord Record(FailbackDefinition definition) => new()
    {
        Name = "demo",
        Definition = new SealedDefinition(definition, ""),
        Dialect = "postgres",
        SealedTarget = "",
        Generation = "g1",
        GeneratedPath = "/p",
        StagingSchema = "_s",
    };

    private static TargetTableSummary Table(string schema, string table, string[]? key = null) => new(schema, table, key ?? ["id"]);
}
