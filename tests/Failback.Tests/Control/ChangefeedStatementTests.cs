using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Changefeeds;
using Xunit;

namespace Failback.Tests.Control;

public sealed class ChangefeedStatementTests
{
    private static readonly TableRoute[] Tables = [
        Route("migration_schema.employees"), Route("migration_schema.\"My.Table\""), Route("public.order")];

    [Fact]
    public void Has_the_options_of_the_defaults()
    {
        var feed = new ChangefeedDefinition { Managed = false };
        Assert.Equal(
            """
            CREATE CHANGEFEED FOR TABLE migration_schema.employees, migration_schema."My.Table", public."order" INTO 'webhook-https://localhost:30004/feeds/demo/x?insecure_tls_skip_verify=true' WITH updated, full_table_name, resolved='1s', min_checkpoint_frequency='1s', initial_scan='no', cursor='<cursor>', webhook_sink_config='{"Flush":{"Bytes":1048576,"Frequency":"1s"}}', webhook_client_timeout='10s', webhook_auth_header='Bearer <webhook token>', on_error='pause';
            """,
            ChangefeedStatement.Create(Tables, feed, WebhookAddress.Of(feed.Overrides, "", "/feeds/demo/x")));
        Assert.Contains(
            ChangefeedStatement.Steps(feed), step => step.Contains("SELECT cluster_logical_timestamp()", StringComparison.Ordinal));
    }

    [Fact]
    public void Takes_every_override_and_quotes_it()
    {
        var feed = new ChangefeedDefinition
        {
            Managed = false,
            WebhookAuth = WebhookAuth.None,
            Cursor = "it's 5 o'clock",
            Overrides = new ChangefeedOverrides
            {
                Host = "::1",
                Port = 1,
                SinkQueryParameters = "client_cert=a&client_key=b&ca_cert=c",
                Resolved = "5s",
                MinCheckpointFrequency = "6s",
                InitialScan = "yes",
                WebhookSinkConfig = "{}",
            },
        };
        Assert.Equal(
            "CREATE CHANGEFEED FOR TABLE a INTO 'webhook-https://[::1]:1/p?client_cert=a&client_key=b&ca_cert=c' WITH updated, "
            + "full_table_name, resolved='5s', min_checkpoint_frequency='6s', "
            + "initial_scan='yes', cursor='it''s 5 o''clock', webhook_sink_config='{}', webhook_client_timeout='10s', on_error='pause';",
            ChangefeedStatement.Create([Route("a")], feed, WebhookAddress.Of(feed.Overrides, "https://ignored:2", "/p")));
        Assert.DoesNotContain(
            ChangefeedStatement.Steps(feed), step => step.Contains("cluster_logical_timestamp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_statement_to_run_by_hand_names_the_places_of_secrets_and_shows_none()
    {
        var feed = new ChangefeedDefinition
        {
            Managed = false,
            WebhookAuth = WebhookAuth.Header,
            WebhookAuthHeader = "***",
            Overrides = new ChangefeedOverrides { SinkQueryParameters = "client_cert=a&client_key=***" }
        };
        Assert.Contains(
            "client_key=***' WITH", ChangefeedStatement.Create(Tables, feed, WebhookAddress.Of(feed.Overrides, "", "/p")),
            StringComparison.Ordinal);
        Assert.Contains(ChangefeedStatement.Steps(feed), step => step.Contains("***", StringComparison.Ordinal));
        Assert.Contains(
            ChangefeedStatement.Steps(feed with { WebhookAuth = WebhookAuth.Token }),
            step => step.Contains("POST …/webhook-token", StringComparison.Ordinal));
    }

    [Fact]
    public void Uses_the_public_address_of_the_sink_where_nothing_overrides_it()
    {
        Assert.Equal("https://sink.example:443/p", WebhookAddress.Of(new ChangefeedOverrides(), "https://sink.example", "/p").Url);
        Assert.Equal(
            "https://sink.example:9/p", WebhookAddress.Of(new ChangefeedOverrides { Port = 9 }, "https://sink.example:30004", "/p").Url);
    }

    [Fact]
    public void Makes_paths_that_cannot_be_guessed()
    {
        string path = WebhookAddress.NewPath("demo");
        Assert.Matches("^/feeds/demo/[A-Za-z0-9_-]{22,}$", path);
        Assert.NotEqual(path, WebhookAddress.NewPath("demo"));
    }

    private static TableRoute Route(string source) => new() { Source = source, Target = source, Queue = "q" };
}
