using Failback.Scripting;
using Failback.Scripting.Batches;
using Xunit;

namespace Failback.Tests.Scripting;

/// <summary>What of a row reaches a script, and what of its answer reaches the row.</summary>
public sealed class ScriptValueTests(ScriptValueTests.Loaded loaded) : IClassFixture<ScriptValueTests.Loaded>
{
    private readonly Userscript _script = loaded.Script;

    public sealed class Loaded() : ScriptFixture(
        """
        import * as api from "failback@v1";
        const each = (name: string, upsert: (row: api.Row, meta: api.Meta) => any) => api.table(name, { upsert });
        each("same", row => row);
        each("copy", row => ({ ...row }));
        each("looks", row => { JSON.stringify(row.doc); row.doc?.items?.length; return row; });
        each("sets", row => { row.name = row.name.toUpperCase(); return row; });
        each("drops", row => { delete row.doc; row.name = undefined; return row; });
        each("renames", row => { const { id, ...rest } = row; return { ...rest, employee_id: id }; });
        each("copies_doc", row => { row.copy = row.doc; return row; });
        each("edits_doc", row => { row.doc.count += 1; return row; });
        each("replaces_doc", row => { row.doc = { fresh: [1, "2", null, true] }; return row; });
        each("types", row => ({ id: row.id, text: typeof row.id, big: 9007199254740993n, half: 0.5, yes: true, no: null, when: new Date(0) }));
        each("adds", row => { row.id = BigInt(row.id) + 1n; return row; });
        each("nan", row => { row.id = Number("x"); return row; });
        each("nested_nan", row => { row.doc = { a: [1 / 0] }; return row; });
        each("bad_date", row => { row.id = new Date("x"); return row; });
        each("func", row => { row.id = () => 1; return row; });
        each("meta", (row, meta) => ({ m: `${meta.table} ${meta.schema} ${meta.nanos} ${meta.logical} ${meta.before?.id} ${meta.before?.name}` }));
        each("list", row => [row]);
        each("later", async row => row);
        """);

    [Theory]
    [InlineData(
        """{"id": 9007199254740993, "n": 1.500, "e": 1E+400, "s": "é\u00e9", "doc": {"b": 12345678901234567890.123, "a": [1.0, {}]}, "arr": [1, 2]}""")]
    [InlineData("""{"id":1,"doc":null,"t":true,"f":false,"empty":""}""")]
    [InlineData("""{"id":1,"doc":{"__proto__":{"x":1},"constructor":1},"__proto__":"text","toString":"z"}""")]
    [InlineData("{\"id\": 1, \"doc\": {\n  \"a\": \"line\\nbreak \\\"quoted\\\" \\\\ \\ud83d\"\n}, \"half\": \"\\ud83d\"}")]
    public async Task A_row_that_a_script_only_looks_at_stays_as_it_was_received(string row)
    {
        Assert.Equal("=", (await _script.TableAsync("same", Scripts.Upsert(row))).Text());
        Assert.Equal("=", (await _script.TableAsync("copy", Scripts.Upsert(row))).Text());
        Assert.Equal("=", (await _script.TableAsync("looks", Scripts.Upsert(row))).Text());
    }

    [Theory]
    [InlineData(
        "sets", """{"id": 9007199254740993.10, "name":"ann", "doc": {"a":1.0}}""",
        """upsert {"id":9007199254740993.10,"doc":{"a":1.0},"name":"ANN"}""")]
    [InlineData("drops", """{"id": 1.50, "name":"ann", "doc": {"a":1.0}}""", """upsert {"id":1.50}""")]
    [InlineData(
        "renames", """{"id": 1.50, "name":"ann", "doc": {"a":1.0}}""", """upsert {"name":"ann","doc":{"a":1.0},"employee_id":1.50}""")]
    [InlineData(
        "copies_doc", """{"id": 1, "doc": {"a": 1.0,  "b":123456789012345678901}}""",
        """upsert {"id":1,"doc":{"a": 1.0,  "b":123456789012345678901},"copy":{"a": 1.0,  "b":123456789012345678901}}""")]
    [InlineData("replaces_doc", """{"id": 1, "doc": {"a": 1.0}}""", """upsert {"id":1,"doc":{"fresh":[1,"2",null,true]}}""")]
    public async Task Only_what_a_script_changes_is_written_anew(string table, string row, string expected) =>
        Assert.Equal(expected, (await _script.TableAsync(table, Scripts.Upsert(row))).Text());

    [Fact]
    public async Task Numbers_of_a_document_that_64_bits_cannot_hold_survive_a_change_beside_them() => Assert.Equal(
        """upsert {"id":1,"doc":{"count":3,"big":12345678901234567890,"fine":1.5,"tiny":1e-400,"list":[0.12345678901234567890123]}}""",
        (await _script.TableAsync(
            "edits_doc",
            Scripts.Upsert(
                """{"id": 1, "doc": {"count": 2, "big": 12345678901234567890, "fine": 1.50, "tiny": 1e-400, "list": [0.12345678901234567890123]}}"""))).Text());

    [Fact]
    public async Task Numbers_of_columns_are_strings_and_answers_may_be_numbers() => Assert.Equal(
        """upsert {"id":7.00,"text":"string","big":9007199254740993,"half":0.5,"yes":true,"no":null,"when":"1970-01-01T00:00:00.000Z"}""",
        (await _script.TableAsync("types", Scripts.Upsert("""{"id": 7.00}"""))).Text());

    [Fact]
    public async Task Big_integers_are_added_without_loss() =>
        Assert.Equal(
            """upsert {"id":9007199254740994}""",
            (await _script.TableAsync("adds", Scripts.Upsert("""{"id": 9007199254740993}"""))).Text());

    [Theory]
    [InlineData("nan", "!14 column \"id\" is NaN, which is no value")]
    [InlineData("nested_nan", "!15 \"0\" is Infinity, which JSON cannot hold")]
    [InlineData("bad_date", "!16 column \"id\" is an invalid date")]
    [InlineData("func", "!17 column \"id\" is a function")]
    [InlineData("list", "!0 a handler must return a row or null")]
    [InlineData("later", "!0 a handler must not be async")]
    public async Task What_is_no_value_is_an_error_of_the_row(string table, string expected)
    {
        ScriptOutcome outcome = await _script.TableAsync(table, Scripts.Upsert("""{"id": 1, "doc": {}}"""));

        Assert.Equal(expected[(expected.IndexOf(' ', StringComparison.Ordinal) + 1)..], outcome.Error?.Message);
    }

    [Fact]
    public async Task Meta_says_which_row_it_is() => Assert.Equal(
        """upsert {"m":"meta hr 1739996035106984001 3 9007199254740993 old"}""",
        (await _script.TableAsync("meta", Scripts.Upsert("""{"id": 1}""", before: """{"id": 9007199254740993, "name": "old"}"""))).Text());

    [Fact]
    public async Task A_row_that_fails_leaves_its_neighbours_alone()
    {
        IReadOnlyList<ScriptOutcome> outcomes = await _script.RunAsync(
            ScriptStage.Table,
            Scripts.Batch(
                "sets", Scripts.Upsert("""{"name":"a"}"""), Scripts.Upsert("""{"id":1}"""), Scripts.Upsert("""{"name":"B"}"""),
                Scripts.Upsert("""{"name":"c"}""")),
            TestContext.Current.CancellationToken);

        Assert.Equal(
            ["""upsert {"name":"A"}""", "!6 TypeError: Cannot read properties of undefined (reading 'toUpperCase')", "=",
                """upsert {"name":"C"}"""],
            outcomes.Select(o => o.Text()));
    }
}
