using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Changefeeds;
using Failback.Source;
using Xunit;

namespace Failback.Tests.Control;

public sealed class FeedPlanTests
{
    private const string First = "1000000000000000000.0000000000";
    private const string High = "2000000000000000000.0000000000";

    [Theory]
    [InlineData(null, null, null, null, First)]
    [InlineData("asked", null, null, null, "asked")]
    [InlineData(null, null, High, null, High)]
    [InlineData("asked", "asked", High, null, High)]
    [InlineData("new", "asked", High, null, "new")]
    [InlineData(null, null, null, "yes", null)]
    [InlineData("asked", null, null, "only", "asked")]
    public void Begins_at_a_new_wish_else_where_the_last_feed_was_else_at_the_first_start(
        string? wish, string? askedBefore, string? high, string? scan, string? expected)
    {
        FeedStart start = Plan(wish, scan).Start(new ManagedFeed { Cursor = First, AskedCursor = askedBefore, HighWater = high });
        Assert.Equal((expected, high is null ? scan ?? "no" : "no"), (start.Cursor, start.Scan));
    }

    [Fact]
    public void Another_address_or_option_is_another_feed_and_other_tables_or_beginnings_are_not()
    {
        FeedPlan plan = Plan(null, null);
        Assert.Equal(plan.Digest, (Plan("asked", null) with { Tables = [] }).Digest);
        Assert.NotEqual(plan.Digest, (plan with { Address = plan.Address with { Host = "other" } }).Digest);
        Assert.NotEqual(plan.Digest, (plan with { Before = true }).Digest);
        Assert.NotEqual(plan.Digest, (plan with { Header = "Bearer x" }).Digest);
    }

    [Theory]
    [InlineData("client_cert=a&client_key=b", 23, true)]
    [InlineData("client_cert=a&client_key=b", 22, false)]
    [InlineData("ca_cert=a", 25, false)]
    [InlineData(null, 25, false)]
    public void A_private_key_goes_into_an_external_connection_where_there_are_such(string? parameters, int major, bool external)
    {
        FeedPlan plan = Plan(null, null) with { Version = new ClusterVersion(major, 1), Header = "Bearer it's" };
        plan = plan with
        {
            Definition = plan.Definition with
            {
                Changefeed = plan.Definition.Changefeed with
                {
                    Overrides = new ChangefeedOverrides { SinkQueryParameters = parameters }
                }
            }
        };
        Assert.Equal(external, plan.UsesConnection);
        string statement = plan.Statement(
            plan.Start(new ManagedFeed { Cursor = First }), external ? plan.Address.ConnectionName(byPath: false) : null);
        Assert.Equal(
            external || parameters?.Contains("client_key", StringComparison.Ordinal) != true,
            !statement.Contains("client_key", StringComparison.Ordinal));
        Assert.Contains("webhook_auth_header='Bearer it''s'", statement, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_with_an_external_connection_is_ours_by_its_name()
    {
        var address = new WebhookAddress("h", 1, "/feeds/x/abc");
        var job = new FeedJob("1", "running", "", null, "", "external://" + address.ConnectionName(byPath: true), []);
        Assert.True(address.Receives(job, byPath: true));
        Assert.True((address with { Host = "other" }).Receives(job, byPath: true));
        Assert.False(address.Receives(job, byPath: false));
        Assert.False((address with { Path = "/feeds/x/abd" }).Receives(job, byPath: true));
    }

    [Fact]
    public void A_scan_alone_is_refused_by_name_where_the_release_has_none()
    {
        FeedStart start = new(null, "only", Before: false, new ClusterVersion(21, 2));
        SourceException refusal = Assert.Throws<SourceException>(() => Plan(null, null).Statement(start));
        Assert.Contains("v21.2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(
            "initial_scan_only", Plan(null, null).Statement(start with { Version = new ClusterVersion(22, 1) }), StringComparison.Ordinal);
    }

    [Fact]
    public void Old_servers_get_the_old_spelling()
    {
        FeedPlan plan = Plan(null, null) with { Version = new ClusterVersion(21, 2), Before = true };
        string statement = plan.Statement(plan.Start(new ManagedFeed { Cursor = First }));
        Assert.Contains("min_checkpoint_frequency='1s', no_initial_scan, diff, cursor='" + First, statement, StringComparison.Ordinal);
        Assert.Equal(
            new ClusterVersion(21, 1),
            ClusterVersion.Parse("CockroachDB CCL v21.1.0-alpha.3-dev (x86_64-unknown-linux-gnu, built 2021/04/01)"));
        Assert.Null(ClusterVersion.Parse("PostgreSQL 17.2"));
    }

    [Fact]
    public void Finds_the_tables_that_a_job_lacks_and_has_too_many()
    {
        var job = new FeedJob("1", "running", "", null, "", "", ["shop.public.a", "shop.public.\"My.Table\""]);
        Assert.Equivalent((new[] { "shop.public.b" }, new[] { "shop.public.\"My.Table\"" }), Plan(null, null).Differences(job));
        Assert.Null(Plan(null, null).Differences(job with { Tables = [] }));
    }

    [Theory]
    [InlineData("webhook-https://h:1/feeds/x/abc?ca_cert=1", false, true)]
    [InlineData("webhook-https://other:1/feeds/x/abc", false, false)]
    [InlineData("webhook-https://other:1/feeds/x/abc", true, true)]
    [InlineData("webhook-https://h:1/feeds/x/abcd", true, false)]
    public void A_job_is_ours_by_its_address_or_by_a_path_that_only_we_know(string uri, bool byPath, bool ours) =>
        Assert.Equal(ours, new WebhookAddress("h", 1, "/feeds/x/abc").Receives(new FeedJob("1", "running", "", null, "", uri, []), byPath));

    [Fact]
    public void The_high_water_never_goes_back()
    {
        var job = new FeedJob("1", "running", "", HlcTimestamp.Parse(High), "", "", []);
        ManagedFeed feed = new ManagedFeed { HighWater = First }.With(job, default);
        Assert.Equal(High, feed.HighWater);
        Assert.Equal(High, feed.With(job with { HighWater = HlcTimestamp.Parse(First) }, default).HighWater);
        Assert.Equal(High, feed.With(job with { HighWater = null }, default).HighWater);
    }

    private static FeedPlan Plan(string? cursor, string? scan)
    {
        var definition = new FailbackDefinition
        {
            Target = "postgres://u@h/d",
            Changefeed = new ChangefeedDefinition { Cursor = cursor, Overrides = new ChangefeedOverrides { InitialScan = scan } },
        };
        TableRoute[] tables = [Route("shop.public.a"), Route("shop.public.b")];
        return new FeedPlan(definition, tables, new WebhookAddress("h", 1, "/p"), new ClusterVersion(25, 2)) { Before = false };
    }

    private static TableRoute Route(string source) => new() { Source = source, Target = source, Queue = "q" };
}
