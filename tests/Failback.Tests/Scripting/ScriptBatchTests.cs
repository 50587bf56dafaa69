using Failback.Contracts.Rows;
using Failback.Scripting;
using Failback.Scripting.Batches;
using Xunit;

namespace Failback.Tests.Scripting;

/// <summary>
/// Handlers that get the operations of a batch: what they hand over goes on, the rest is dropped, what they fail on fails alone.
/// </summary>
public sealed class ScriptBatchTests(ScriptBatchTests.Loaded loaded) : IClassFixture<ScriptBatchTests.Loaded>
{
    private readonly Userscript _script = loaded.Script;

    public sealed class Loaded() : ScriptFixture(
        """
        import * as v2 from "replicator@v2";
        import * as v1 from "replicator@v1";
        import * as own from "failback@v1";
        const onWrite = (table: string, handler: (rows: v2.RowOp[]) => any) => v2.configureTargetTables([table], { onWrite: handler });
        onWrite("same", async rows => { await v2.write(rows); });
        onWrite("odd", async rows => v2.write(rows.filter(r => Number(r.pk[0]) % 2 === 1).reverse()));
        onWrite("changed", async rows => v2.write(rows.map(r => ({ ...r, data: { ...r.data, name: `${r.data.name} of ${rows.length}` } }))));
        onWrite("by_meta", rows => v2.write(rows.map(r => ({ action: r.action, data: { ...r.data, at: r.meta.nanos }, meta: r.meta, pk: [] }))));
        onWrite("soft", async rows => v2.write(rows.map(r => r.action === "delete" ? { ...r, action: "upsert", data: { id: r.pk[0], gone: true } } : r)));
        onWrite("hard", async rows => v2.write(rows.map(r => r.data?.gone ? { ...r, action: "delete" } : r)));
        onWrite("picky", async rows => {
          for (const r of rows) if (r.data.n === "13") throw new Error(`no thirteens`);
          await v2.write(rows);
        });
        onWrite("partly", async rows => { for (const r of rows) { if (r.data.n === "13") throw "no row"; await v2.getTX().apply([r]); } });
        onWrite("bad_value", async rows => v2.write(rows.map(r => ({ ...r, data: { ...r.data, n: Number(r.data.n) } }))));
        onWrite("foreign", async rows => v2.write([...rows, { action: "upsert", data: { id: "9" }, meta: { ...rows[0].meta }, pk: ["9"] }]));
        onWrite("twice", async rows => { await v2.write(rows); await v2.write(rows.map(r => r.data.n === "2" ? { ...r, data: { ...r.data, n: "3" } } : r)); });
        onWrite("late", rows => { Promise.resolve().then(() => 0).then(() => 0).then(() => 0).then(() => v2.write(rows)); });
        onWrite("waits", async rows => { await v2.write(rows); await new Promise(() => {}); });
        onWrite("sql", async rows => { await (v2.getTX() as any).exec("DELETE FROM t"); await v2.write(rows); });
        let kept: v2.RowOp[] = [];
        onWrite("hoards", async rows => { const before = kept; kept = rows; await v2.write([...before, ...rows]); });
        v1.configureTable("both", {
          map: doc => doc.skip ? null : { ...doc, mapped: true },
          deleteKey: key => key[0] === "9" ? null : [`${key[0]}0`],
          apply: async ops => { await v1.getTX().apply(ops.filter(o => o.data?.n !== "0")); },
        });
        v1.configureTable("facts", {
          apply: async ops => {
            const tx = v1.getTX();
            await tx.apply(ops.map(o => ({ ...o, data: { facts: `${tx.schema()} ${tx.table()} ${tx.columns().map(c => `${c.name}:${c.type}:${c.primary}:${c.ignored}`).join()} ${o.before?.name}` } })));
          },
        });
        own.table("renamed", { rename: { id: "key" }, remove: key => own.upsert({ ...key, gone: true }), write: rows => rows.filter(r => r.data.key !== "2") });
        own.table("removed", { upsert: row => row.old ? own.remove() : row, write: async rows => rows.map(r => r.action === "delete" ? { ...r, data: { id: "7" } } : r) });
        """);

    private const string Ann = """{"id": 1, "name":"ann"}""";

    [Theory]
    [InlineData("same", "= = =")]
    [InlineData("odd", "= - =")]
    public async Task What_is_not_handed_over_is_dropped_in_whatever_order_the_rest_comes(string table, string expected) =>
        Assert.Equal(expected, string.Join(' ', await RunAsync(table, Numbered(3))));

    [Fact]
    public async Task A_batch_is_as_large_as_the_rows_that_came_together() => Assert.Equal(
        ["""upsert {"id":1,"name":"ann of 2"}""", """upsert {"id":2,"name":"bob of 2"}"""],
        await RunAsync("changed", Scripts.Upsert(Ann), Scripts.Upsert("""{"id": 2, "name":"bob"}""", "[2]")));

    [Fact]
    public async Task An_operation_that_was_made_anew_is_known_by_its_meta() =>
        Assert.Equal(["""upsert {"id":1,"name":"ann","at":"1739996035106984001"}"""], await RunAsync("by_meta", Scripts.Upsert(Ann)));

    [Fact]
    public async Task A_delete_may_become_an_upsert_and_an_upsert_a_delete()
    {
        Assert.Equal(["""upsert {"id":1,"gone":true}""", "="], await RunAsync("soft", Scripts.Delete(), Scripts.Upsert(Ann)));
        Assert.Equal(["delete", "="], await RunAsync("hard", Scripts.Upsert("""{"id": 1, "gone": true}"""), Scripts.Delete("[2]")));
    }

    [Theory]
    [InlineData("picky", "!12 no thirteens")]
    [InlineData("partly", "!0 the script threw no row")]
    public async Task What_a_handler_throws_on_fails_alone(string table, string expected)
    {
        RowFrame[] rows = Numbered(40);
        IReadOnlyList<string> outcomes = await RunAsync(table, rows);
        Assert.Equal(expected, outcomes[12]);
        Assert.All(outcomes.Where((_, place) => place != 12), outcome => Assert.Equal("=", outcome));
    }

    [Fact]
    public async Task A_value_that_is_none_fails_its_row_alone()
    {
        IReadOnlyList<string> outcomes = await RunAsync(
            "bad_value", Scripts.Upsert("""{"id": 1, "n": 5}"""), Scripts.Upsert("""{"id": 2, "n": "x"}""", "[2]"));
        Assert.Equal("""upsert {"id":1,"n":5}""", outcomes[0]);
        Assert.EndsWith("column \"n\" is NaN, which is no value", outcomes[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("foreign", "rows that are not in the batch cannot be written")]
    [InlineData("late", "after its handler has ended")]
    [InlineData("waits", "waits for something that does not come")]
    [InlineData("sql", "getTX().exec: SQL of a script")]
    public async Task What_cannot_be_accounted_for_fails_and_is_not_lost(string table, string reason)
    {
        string outcome = Assert.Single(await RunAsync(table, Scripts.Upsert(Ann)));
        Assert.StartsWith("!", outcome, StringComparison.Ordinal);
        Assert.Contains(reason, outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_is_handed_over_twice_has_to_be_the_same()
    {
        IReadOnlyList<string> outcomes = await RunAsync("twice", Numbered(2));
        Assert.Equal("=", outcomes[0]);
        Assert.Contains("handed over twice", outcomes[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_of_an_earlier_batch_are_no_rows_of_this_one()
    {
        Assert.Equal(["="], await RunAsync("hoards", Scripts.Upsert(Ann)));
        Assert.Contains("not in the batch", Assert.Single(await RunAsync("hoards", Scripts.Upsert(Ann))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handlers_of_single_rows_run_before() => Assert.Equal(
        ["""upsert {"id":1,"mapped":true}""", "-", """delete ["20"]""", "-", "-"],
        await RunAsync(
            "both", Scripts.Upsert("""{"id":1}"""), Scripts.Upsert("""{"id":1,"skip":true}"""), Scripts.Delete("[2]"),
            Scripts.Delete("[9]"), Scripts.Upsert("""{"id":5,"n":0}""")));

    [Fact]
    public async Task The_transaction_tells_what_the_table_is()
    {
        ScriptBatch batch = Scripts.Batch(
            "facts", Scripts.Upsert("{}", before: Ann)) with
        {
            Columns = [new ScriptColumn("id", "int8", true, false), new ScriptColumn("twice", "int8", false, true)]
        };
        ScriptOutcome outcome = Assert.Single(await _script.RunAsync(ScriptStage.Table, batch, TestContext.Current.CancellationToken));
        Assert.Equal("""upsert {"facts":"\"hr\" \"hr\".\"facts\" \"id\":int8:true:false,\"twice\":int8:false:true ann"}""", outcome.Text());
    }

    [Fact]
    public async Task Our_own_module_answers_what_goes_on()
    {
        Assert.Equal(
            ["""upsert {"name":"ann","key":1}""", "-", """upsert {"key":3,"gone":true}"""],
            await RunAsync("renamed", Scripts.Upsert(Ann), Scripts.Upsert("""{"id": 2}""", "[2]"), Scripts.Delete("[3]")));
        Assert.Equal(
            ["delete", """delete {"id":"7"}""", "="],
            await RunAsync("removed", Scripts.Upsert("""{"old": true}"""), Scripts.Delete("[3]"), Scripts.Upsert(Ann)));
    }

    [Fact]
    public void The_plan_says_who_gets_batches()
    {
        Assert.Equal(
            (true, true, true), _script.Plan.Tables.Where(t => t.Name == "both")
            .Select(t => (t.HandlesUpserts, t.HandlesDeletes, t.HandlesBatches)).Single());
        Assert.DoesNotContain(_script.Plan.Problems, p => p.IsError);
    }

    private async Task<IReadOnlyList<string>> RunAsync(string table, params RowFrame[] rows) =>
        [.. (await _script.RunAsync(ScriptStage.Table, Scripts.Batch(table, rows), TestContext.Current.CancellationToken)).Select(
            outcome => outcome.Text())];

    private static RowFrame[] Numbered(int count) =>
        [.. Enumerable.Range(1, count).Select(i => Scripts.Upsert($$"""{"id": {{i}}, "n": {{i}}}""", $"[{i}]"))];
}
