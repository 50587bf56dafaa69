using System.Text;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Xunit;

namespace Failback.Tests.Control;

public sealed class ColumnReaderTests
{
    [Fact]
    public void Reads_every_rule_of_a_column_and_keeps_it_over_storage()
    {
        const string columns = """
            { "name": { "rename": "full_name" }, "note": { "ignore": true }, "origin": { "constant": "cockroach" }, "batch": { "constant": 7 },
              "doc": { "convert": "jsonText", "rename": "document" }, "active": { "booleanWords": { "true": "Y", "false": "N" } }, "id": { "uuidByteOrder": "swapped" } }
            """;
        FailbackDefinition definition = Read(columns);
        FailbackDefinition stored = JsonSerializer.Deserialize<FailbackDefinition>(
            JsonSerializer.Serialize(definition, ApiJson.Options), ApiJson.Options)!;
        ColumnRule[] expected =
        [
            new() { Column = "name", Rename = "full_name" },
            new() { Column = "note", Ignore = true },
            new() { Column = "origin", Constant = "\"cockroach\"" },
            new() { Column = "batch", Constant = "7" },
            new() { Column = "doc", Rename = "document", Convert = ColumnConversion.JsonText },
            new() { Column = "active", Words = new BooleanWords("Y", "N") },
            new() { Column = "id", UuidBytes = UuidByteOrder.Swapped },
        ];
        Assert.Equal(expected, Rules(definition));
        Assert.Equal(expected, Rules(stored));
        Assert.Equal(
            definition.Tables.Single().Columns.Count,
            Read(JsonSerializer.Serialize(stored.Tables.Single().Columns, ApiJson.Options)).Tables.Single().Columns.Count);
    }

    [Theory]
    [InlineData("", "[]")]
    [InlineData(".", """{"":{"ignore":true}}""")]
    [InlineData(".a", """{"a":"b"}""")]
    [InlineData(".a", """{"a":{}}""")]
    [InlineData(".a", """{"a":{"ignore":false}}""")]
    [InlineData(".a", """{"a":{"ignore":true,"rename":"b"}}""")]
    [InlineData(".a", """{"a":{"constant":1,"rename":"b"}}""")]
    [InlineData(".a", """{"a":{"convert":"hex","uuidByteOrder":"plain"}}""")]
    [InlineData(".a.to", """{"a":{"to":"b"}}""")]
    [InlineData(".a.rename", """{"a":{"rename":""}}""")]
    [InlineData(".a.rename", """{"a":{"rename":5}}""")]
    [InlineData(".a.ignore", """{"a":{"ignore":"yes"}}""")]
    [InlineData(".a.constant", """{"a":{"constant":[1]}}""")]
    [InlineData(".a.convert", """{"a":{"convert":"upper"}}""")]
    [InlineData(".a.uuidByteOrder", """{"a":{"uuidByteOrder":"big"}}""")]
    [InlineData(".a.booleanWords", """{"a":{"booleanWords":["Y","N"]}}""")]
    [InlineData(".a.booleanWords", """{"a":{"booleanWords":{"true":"Y"}}}""")]
    [InlineData(".a.booleanWords", """{"a":{"booleanWords":{"true":"Y","false":"Y"}}}""")]
    [InlineData(".a.booleanWords.true", """{"a":{"booleanWords":{"true":1,"false":"N"}}}""")]
    [InlineData(".a.booleanWords.null", """{"a":{"booleanWords":{"true":"Y","false":"N","null":"?"}}}""")]
    [InlineData("", """{"a":{"rename":"c"},"b":{"rename":"C"}}""")]
    [InlineData("", """{"a":{"rename":"b"},"b":{"constant":1}}""")]
    public void Names_the_rule_that_is_wrong(string field, string columns)
    {
        var e = Assert.Throws<ApiException>(() => Read(columns));
        Assert.Equal((422, "invalid_definition"), (e.Status, e.Code));
        Assert.Equal("tables[0].columns" + field, Assert.Single(e.Fields).Field);
    }

    [Fact]
    public void Two_names_may_change_places() =>
    Assert.Equal(2, Read("""{"a":{"rename":"b"},"b":{"rename":"a"}}""").Tables.Single().Columns.Count);

    private static ColumnRule[] Rules(FailbackDefinition definition) =>
        [.. definition.Tables.Single().Columns.Select(c => c.Value.ToRule(c.Key))];

    private static FailbackDefinition Read(string columns) => DefinitionReader.Read(
        Encoding.UTF8.GetBytes(
            $$"""{"target":"mysql://u:p@h/d","changefeed":{"managed":false},"tables":[{"source":"s.t","columns":{{columns}}}]}"""), null);
}
