using System.Text;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Failback.Hosting.Connections;
using Failback.Hosting.Secrets;
using Xunit;

namespace Failback.Tests.Control;

public sealed class DefinitionReaderTests
{
    [Fact]
    public void Reads_every_member_of_the_definition()
    {
        FailbackDefinition definition = Read("""
            { "source": "postgresql://user:pw@crdb:26257/defaultdb?sslmode=verify-full",
              "target": "postgres://u:p%40ss@host:5433/db?sslmode=verify-full&sslrootcert=/c/ca.crt&sslcert=/c/c.crt&sslkey=/c/c.key",
              "schemaFilter": "migration_schema", "tableFilter": "employees|payments|orders", "tableExclusionFilter": "",
              "tables": [ { "source": "migration_schema.employees", "target": "hr.employees", "key": ["region", "id"] } ],
              "mode": "bestEffort", "bestEffortWindow": "1h0m0s", "stagingSchema": "_failback_1739996035106984000",
              "changefeed": { "managed": false, "cursor": "1760000000123456789.0000000000", "webhookPath": "/migration_db/migration_schema",
                "overrides": { "host": "sink.example", "port": 30005, "sink_query_parameters": "client_cert=a&client_key=b,ca_cert=c", "resolved": "250ms",
                  "min_checkpoint_frequency": "2s", "initial_scan": "no", "webhook_sink_config": "{\"Flush\":{\"Bytes\":1048576}}" } },
              "userscript": null, "onUnknownTable": "deadLetter", "onUnknownColumn": "ignore", "onBadRow": "stop", "triggers": "replica" }
            """);
        Assert.Equal(TriggerPolicy.Replica, definition.Triggers);
        Assert.Equal(ApplyMode.BestEffort, definition.Mode);
        Assert.Equal(UnknownTablePolicy.DeadLetter, definition.OnUnknownTable);
        Assert.Equal("ignore", definition.OnUnknownColumn);
        Assert.Equal(BadRowPolicy.Stop, definition.OnBadRow);
        Assert.Equal(["region", "id"], definition.Tables.Single().Key);
        Assert.Equal("client_cert=a&client_key=b&ca_cert=c", definition.Changefeed.Overrides.SinkQueryParameters);
        Assert.Equal("""{"Flush":{"Bytes":1048576,"Frequency":"1s"}}""", definition.Changefeed.Overrides.WebhookSinkConfig);
        Assert.False(definition.Changefeed.Managed);
    }

    [Fact]
    public void Needs_no_more_than_a_target_when_the_changefeed_is_not_managed()
    {
        FailbackDefinition definition = Read("""{"target":"postgres://u:p@h/d","changefeed":{"managed":false}}""");
        Assert.Equal(ApplyMode.Consistent, definition.Mode);
        Assert.Equal("1h", definition.BestEffortWindow);
        Assert.Null(definition.Triggers);
        Assert.Null(definition.Source);
    }

    [Theory]
    [InlineData("target", """{"target":null}""")]
    [InlineData("source", """{"changefeed":{"managed":true}}""")]
    [InlineData("target", """{"target":5}""")]
    [InlineData("target", """{"target":"mssql://u:p@h/d"}""")]
    [InlineData("target", """{"target":"postgres://u:p@/d"}""")]
    [InlineData("target", """{"target":"postgres://u:p@h"}""")]
    [InlineData("target", """{"target":"postgres://h/d"}""")]
    [InlineData("target", """{"target":"postgres://u:p@h:70000/d"}""")]
    [InlineData("target", """{"target":"postgres://u:p@h:x/d"}""")]
    [InlineData("target", """{"target":"postgres://u:p@h/d?sslmode=on"}""")]
    [InlineData("target", """{"target":"mysql://u:p@h/d?sslmode=prefer"}""")]
    [InlineData("target", """{"target":"postgres://u:p@h/d?sslcert=/c.crt"}""")]
    [InlineData("target", """{"target":"postgres://u:p@h/d?sslrootcert="}""")]
    [InlineData("target", """{"target":"postgres://u:p@ss@h/d"}""")]
    [InlineData("target", """{"target":"postgres://u:***@h/d"}""")]
    [InlineData("target", """{"target":"postgres://u:p@h/d?sslmod=verify-full"}""")]
    [InlineData("target", """{"target":"oracle://u@h/s"}""")]
    [InlineData("source", """{"source":"mysql://u:p@h/d"}""")]
    [InlineData("source", """{"source":"postgresql://u:p@h/d?ssl_mode=verify-full"}""")]
    [InlineData("source", """{"source":"postgresql://u:p@h/d?connect_timeout=5000"}""")]
    [InlineData("source", """{"source":"postgresql://u:p%00@h/d"}""")]
    [InlineData("schemaFilter", """{"schemaFilter":"a("}""")]
    [InlineData("tableFilter", """{"tableFilter":"(?=a)"}""")]
    [InlineData("tableExclusionFilter", """{"tableExclusionFilter":"[[:nonsense:]]"}""")]
    [InlineData("tables", """{"tables":{}}""")]
    [InlineData("tables[0]", """{"tables":["a"]}""")]
    [InlineData("tables[0].source", """{"tables":[{"target":"a"}]}""")]
    [InlineData("tables[1].target", """{"tables":[{"source":"a"},{"source":"b","target":"a.b.c.d"}]}""")]
    [InlineData("tables[0].key[0]", """{"tables":[{"source":"a","key":[""]}]}""")]
    [InlineData("tables[0].to", """{"tables":[{"source":"a","to":"b"}]}""")]
    [InlineData("tables", """{"tables":[{"source":"a"},{"source":"a","target":"b"}]}""")]
    [InlineData("mode", """{"mode":"Consistent"}""")]
    [InlineData("mode", """{"mode":0}""")]
    [InlineData("bestEffortWindow", """{"bestEffortWindow":"1 hour"}""")]
    [InlineData("stagingSchema", """{"stagingSchema":"1a"}""")]
    [InlineData("stagingSchema", """{"stagingSchema":"a\"b"}""")]
    [InlineData("userscript", """{"userscript":1}""")]
    [InlineData("onUnknownTable", """{"onUnknownTable":"drop"}""")]
    [InlineData("onUnknownColumn", """{"onUnknownColumn":"drop"}""")]
    [InlineData("onBadRow", """{"onBadRow":"drop"}""")]
    [InlineData("Mode", """{"Mode":"consistent"}""")]
    [InlineData("changefeed", """{"changefeed":[]}""")]
    [InlineData("changefeed.managed", """{"changefeed":{"managed":"no"}}""")]
    [InlineData("changefeed.cursor", """{"changefeed":{"managed":false,"cursor":5}}""")]
    [InlineData("changefeed.webhookPath", """{"changefeed":{"managed":false,"webhookPath":"no/slash"}}""")]
    [InlineData("changefeed.webhookPath", """{"changefeed":{"managed":false,"webhookPath":"/a?b"}}""")]
    [InlineData("changefeed.webhookPath", """{"changefeed":{"managed":false,"webhookPath":"/a'b"}}""")]
    [InlineData("changefeed.extra", """{"changefeed":{"managed":false,"extra":1}}""")]
    [InlineData("changefeed.overrides.host", """{"changefeed":{"managed":false,"overrides":{"host":"https://h"}}}""")]
    [InlineData("changefeed.overrides.port", """{"changefeed":{"managed":false,"overrides":{"port":"30004"}}}""")]
    [InlineData("changefeed.overrides.port", """{"changefeed":{"managed":false,"overrides":{"port":0}}}""")]
    [InlineData(
        "changefeed.overrides.sink_query_parameters", """{"changefeed":{"managed":false,"overrides":{"sink_query_parameters":"a'b"}}}""")]
    [InlineData("changefeed.overrides.resolved", """{"changefeed":{"managed":false,"overrides":{"resolved":"fast"}}}""")]
    [InlineData(
        "changefeed.overrides.min_checkpoint_frequency", """{"changefeed":{"managed":false,"overrides":{"min_checkpoint_frequency":1}}}""")]
    [InlineData("changefeed.overrides.initial_scan", """{"changefeed":{"managed":false,"overrides":{"initial_scan":"maybe"}}}""")]
    [InlineData("changefeed.overrides.webhook_sink_config", """{"changefeed":{"managed":false,"overrides":{"webhook_sink_config":"{"}}}""")]
    [InlineData(
        "changefeed.overrides.webhook_sink_config", """{"changefeed":{"managed":false,"overrides":{"webhook_sink_config":"[]"}}}""")]
    [InlineData("changefeed.overrides.diff", """{"changefeed":{"managed":false,"overrides":{"diff":true}}}""")]
    public void Names_the_field_that_is_wrong(string field, string change)
    {
        JsonObject body = JsonNode.Parse("""{"target":"postgres://u:geheim@h/d","changefeed":{"managed":false}}""")!.AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(change)!.AsObject()) body[key] = value?.DeepClone();
        var e = Assert.Throws<ApiException>(() => Read(body.ToJsonString()));
        Assert.Equal(422, e.Status);
        FieldError error = Assert.Single(e.Fields);
        Assert.Equal(field, error.Field);
        Assert.DoesNotContain("geheim", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"target":"postgres://u:p@h/d","target":"postgres://u:p@h/e"}""")]
    public void Refuses_what_is_not_plain_json(string body) => Assert.Equal(400, Assert.Throws<ApiException>(() => Read(body)).Status);

    [Theory]
    [InlineData("postgres://u:p@h/d", "postgres")]
    [InlineData("postgresql://u@h:5432/d?sslmode=disable", "postgres")]
    [InlineData("mysql://u:p@h/d?sslmode=verify-full&sslrootcert=.%2fca.crt&sslcert=.%2fc.crt&sslkey=.%2fc.key", "mysql")]
    [InlineData("mysql://u:p@tcp(h:3306)/d", "mysql")]
    [InlineData("oracle://C%23%23USER:pw@host:1521/ORCLPDB1", "oracle")]
    [InlineData("postgres://u:p@[::1]:5432/d", "postgres")]
    public void Takes_the_connection_urls_of_the_migration_tool(string url, string dialect)
    {
        Assert.Empty(ConnectionForms.Target(url)!.Check(url, out _));
        Assert.Equal(dialect, ConnectionForms.Dialect(url));
    }

    [Fact]
    public void A_dialect_of_the_settings_is_a_scheme_like_any_other()
    {
        byte[] body = """{"target":"toy://u:p@h/d","changefeed":{"managed":false}}"""u8.ToArray();
        Assert.Equal("toy", ConnectionForms.Dialect(DefinitionReader.Read(body, null, ["toy"]).Target));
        var e = Assert.Throws<ApiException>(() => DefinitionReader.Read(body, null, ["other"]));
        Assert.Contains("oracle://, other://", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_masked_secret_stands_for_the_stored_one()
    {
        FailbackDefinition stored = Read(
            """{"target":"postgres://u:geheim@h/d","changefeed":{"managed":false,"overrides":{"sink_query_parameters":"client_key=geheim"}}}""");
        var box = new SecretBox(new byte[32]);
        SealedDefinition closed = SealedDefinition.Close(stored, box);
        string shown = System.Text.Json.JsonSerializer.Serialize(closed.Shown, ApiJson.Options);
        Assert.DoesNotContain("geheim", shown + closed.Sealed, StringComparison.Ordinal);

        FailbackDefinition again = DefinitionReader.Read(Encoding.UTF8.GetBytes(shown), closed.Open(box));
        Assert.Equal("postgres://u:geheim@h/d", again.Target);
        Assert.Equal("client_key=geheim", again.Changefeed.Overrides.SinkQueryParameters);
    }

    private static FailbackDefinition Read(string body) => DefinitionReader.Read(Encoding.UTF8.GetBytes(body), null);
}
