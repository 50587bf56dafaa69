using Failback.Apply.Failures;
using Failback.Apply.Staging;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Scripting;
using Failback.Scripting.Compiling;
using Failback.Testing.Processes;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>Table-level handlers of userscripts: what a database ends up with, and that counters and versions stay true.</summary>
public abstract class ScriptSuite(ITargetFixture fixture)
{
    private const string Orders = "CREATE TABLE orders (id int PRIMARY KEY, shop varchar(20));\n";

    [Fact]
    public async Task Rows_that_a_filter_drops_are_counted_and_those_that_leave_it_are_removed()
    {
        await using EngineHarness engine = await StartAsync(fixture, Orders, await ExampleAsync("filter-rows.ts"));
        await engine.WindowAsync(
            Put("orders", "[1]", """{"id": 1, "shop": "old"}"""), Put("orders", "[2]", """{"id": 2, "shop": "new"}"""));
        Assert.Equal(["1|old"], await engine.RowsAsync("SELECT id, shop FROM orders"));
        await engine.WindowAsync(Put("orders", "[1]", """{"id": 1, "shop": "new"}"""));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM orders"));

        await using EngineHarness dropping = await StartAsync(
            fixture, Orders, await ScriptAsync("upsert: row => row.shop === 'old' ? row : null, remove: () => null"));
        await dropping.BatchAsync(
            Put("orders", "[1]", """{"id": 1, "shop": "old"}"""), Put("orders", "[2]", """{"id": 2, "shop": "new"}"""));
        await dropping.WindowAsync(Delete("orders", "[1]"), Put("orders", "[3]", """{"id": 3, "shop": "old"}"""));
        Assert.Equal(["1|old", "3|old"], await dropping.RowsAsync("SELECT id, shop FROM orders ORDER BY id"));
        Assert.Equal(new Counters(4, 2, 0, 2, 0), dropping.TableOf("orders").Checkpoint.Counters);
    }

    [Fact]
    public async Task A_deleted_row_stays_marked_and_its_late_older_version_changes_nothing()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE customers (id int PRIMARY KEY, name varchar(20), deleted boolean);\n",
            await ExampleAsync("soft-delete.ts"));
        await engine.BatchAsync(Put("customers", "[1]", """{"id": 1, "name": "ann"}"""));
        await engine.BatchAsync(Delete("customers", "[1]", version: 5_000));
        await engine.BatchAsync(Put("customers", "[1]", """{"id": 1, "name": "late"}"""));
        Assert.Equal(["1|ann|1"], await engine.RowsAsync("SELECT id, name, CASE WHEN deleted THEN 1 ELSE 0 END FROM customers"));
        Assert.Equal(new Counters(3, 2, 1, 0, 0), engine.TableOf("customers").Checkpoint.Counters);
    }

    [Fact]
    public async Task A_renamed_key_is_found_by_upserts_and_deletes()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE employees (employee_id bigint PRIMARY KEY, full_name varchar(20));\n",
            await ExampleAsync("rename-primary-key.ts", ["id"]));
        await engine.WindowAsync(
            Put("employees", "[9007199254740993]", """{"id": 9007199254740993, "name": "ann"}"""),
            Put("employees", "[2]", """{"id": 2, "name": "bob"}"""));
        await engine.WindowAsync(
            Delete("employees", "[2]"), Put("employees", "[9007199254740993]", """{"id": 9007199254740993, "name": "Ann"}"""));
        Assert.Equal(["9007199254740993|Ann"], await engine.RowsAsync("SELECT employee_id, full_name FROM employees"));
    }

    [Fact]
    public async Task A_computed_value_is_exact()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE invoices (id int PRIMARY KEY, net decimal(20,2), tax decimal(20,2), total decimal(20,2));\n",
            await ExampleAsync("computed-columns.ts"));
        await engine.WindowAsync(Put("invoices", "[1]", """{"id": 1, "net": 90071992547409.93, "tax": 0.1}"""));
        Assert.Equal(["1"], await engine.RowsAsync("SELECT count(*) FROM invoices WHERE total = 90071992547410.03"));
    }

    [Fact]
    public async Task A_row_on_which_a_handler_fails_is_set_aside_and_can_be_tried_again()
    {
        const string Failing = "upsert: row => { if (row.shop === 'odd') throw new Error('no such shop'); return row; }";
        await using EngineHarness engine = await StartAsync(fixture, Orders, await ScriptAsync(Failing));
        await engine.WindowAsync(
            Put("orders", "[1]", """{"id": 1, "shop": "odd"}"""), Put("orders", "[2]", """{"id": 2, "shop": "old"}"""));
        Assert.Equal(["2"], await engine.RowsAsync("SELECT id FROM orders"));
        DeadLetter letter = Assert.Single(await engine.FindLettersAsync(new DeadLetterFilter { ErrorClass = "Script" }));
        Assert.Equal((LetterState.Open, "line 2: no such shop"), (letter.State, letter.ErrorMessage));
        Assert.Equal(new Counters(2, 1, 0, 0, 1), engine.TableOf("orders").Checkpoint.Counters);

        await engine.ChangeLetterAsync(letter.Id, LetterState.Waiting);
        await engine.RetryWaitingAsync();
        Assert.Equal(LetterState.Open, Assert.Single(await engine.FindLettersAsync(new DeadLetterFilter())).State);

        await engine.WindowAsync(Put("orders", "[1]", """{"id": 1, "shop": "old"}"""));
        Assert.Equal(LetterState.Superseded, Assert.Single(await engine.FindLettersAsync(new DeadLetterFilter())).State);
        Assert.Equal(["1", "2"], await engine.RowsAsync("SELECT id FROM orders ORDER BY id"));
    }

    [Fact]
    public async Task What_a_handler_of_batches_keeps_back_is_counted_and_what_it_throws_on_is_set_aside_alone()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE payments (id int PRIMARY KEY, amount decimal(20,2), state varchar(20));\n",
            await ExampleAsync("check-batches.ts"));
        await engine.WindowAsync(
            [.. Enumerable.Range(1, 30)
                .Select(i => Put(
                    "payments", $"[{i}]",
                    $$"""{"id": {{i}}, "amount": {{(i == 13 ? "-1" : "5.10")}}, "state": "{{(i % 3 == 0 ? "draft" : "done")}}"}"""))]);
        Assert.Equal(["19"], await engine.RowsAsync("SELECT count(*) FROM payments WHERE state = 'done' AND amount = 5.10"));
        Assert.Equal(["13|line 7: a payment is negative"], await engine.LettersAsync());
        Assert.Equal(new Counters(30, 19, 0, 10, 1), engine.TableOf("payments").Checkpoint.Counters);

        await engine.BatchAsync(
            Delete("payments", "[1]", version: 5_000), Put("payments", "[13]", """{"id": 13, "amount": 1, "state": "done"}"""));
        await engine.BatchAsync(Put("payments", "[1]", """{"id": 1, "amount": 7, "state": "done"}"""));
        Assert.Equal(["13", "2"], await engine.RowsAsync("SELECT id FROM payments WHERE id < 3 OR id = 13 ORDER BY id DESC"));
        Assert.Equal(new Counters(33, 21, 2, 10, 0), engine.TableOf("payments").Checkpoint.Counters);
    }

    [Fact]
    public async Task Columns_that_a_table_lacks_go_where_the_script_says()
    {
        const string Ddl = "CREATE TABLE orders (id int PRIMARY KEY, shop varchar(20), more varchar(200));\n";
        const string Script = "import * as api from 'replicator@v1';\napi.configureTable('orders', { extras: '{0}' });\n";
        await using EngineHarness engine = await StartAsync(
            fixture, Ddl, await WithAsync(Script.Replace("{0}", "more", StringComparison.Ordinal), []));
        await engine.WindowAsync(
            Put("orders", "[1]", """{"id": 1, "shop": "a", "n": 1.10}"""), Put("orders", "[2]", """{"id": 2, "shop": "b"}"""));
        Assert.Equal(["1|{\"n\":1.10}", "2|-"], await engine.RowsAsync("SELECT id, more FROM orders ORDER BY id"));
        var halted = await Assert.ThrowsAsync<GroupHaltedException>(
            async () => await StartAsync(fixture, Ddl, await WithAsync(Script.Replace("{0}", "elsewhere", StringComparison.Ordinal), [])));
        Assert.Contains("lacks column elsewhere", halted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_letter_whose_row_a_script_drops_by_now_is_filtered()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Orders,
            await ScriptAsync(
                "upsert: row => { if ((globalThis as any).seen) return null; (globalThis as any).seen = true; throw new Error('not "
                    + "yet'); }"));
        await engine.WindowAsync(Put("orders", "[1]", """{"id": 1, "shop": "odd"}"""));
        DeadLetter letter = Assert.Single(await engine.FindLettersAsync(new DeadLetterFilter()));
        await engine.ChangeLetterAsync(letter.Id, LetterState.Waiting);
        await engine.RetryWaitingAsync();
        Assert.Empty(engine.Letters);
        Assert.Equal(["1"], await engine.RowsAsync($"SELECT filtered FROM {engine.StagingTable("checkpoint")}"));
    }

    [Fact]
    public async Task Rows_that_a_script_moves_to_one_key_compete_by_their_version()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, Orders, await ScriptAsync("upsert: row => ({ ...row, id: '7' }), remove: () => ({ id: '7' })"));
        await engine.BatchAsync(
            Put("orders", "[1]", """{"id": 1, "shop": "newest"}""", version: 5_000),
            Put("orders", "[2]", """{"id": 2, "shop": "older"}"""));
        await engine.BatchAsync(Put("orders", "[3]", """{"id": 3, "shop": "late"}"""));
        Assert.Equal(["7|newest"], await engine.RowsAsync("SELECT id, shop FROM orders"));
        Assert.Equal(new Counters(3, 1, 2, 0, 0), engine.TableOf("orders").Checkpoint.Counters);
    }

    [Fact]
    public async Task A_script_that_never_ends_halts_the_group_with_the_next_step()
    {
        await using EngineHarness engine = await StartAsync(fixture, Orders, await ScriptAsync("upsert: () => { while (true) {} }"));
        var halted = await Assert.ThrowsAsync<GroupHaltedException>(
            () => engine.WindowAsync(Put("orders", "[1]", """{"id": 1, "shop": "old"}""")));
        Assert.Equal("script_limit", halted.Failure.Code);
        Assert.Contains("activate another version", halted.Message, StringComparison.Ordinal);
    }

    /// <summary>Windows, small transactions that compare versions first, and letters.</summary>
    [Fact]
    public async Task The_target_waits_for_no_handler_inside_a_transaction()
    {
        const string Slow = "const until = Date.now() + 1500; while (Date.now() < until) {}";
        await using EngineHarness engine = await StartAsync(
            fixture, Orders,
            await ScriptAsync(
                "upsert: row => { " + Slow
                + " if (row.shop === 'odd' && !(globalThis as any).seen) { (globalThis as any).seen = true; throw "
                    + "new Error('not yet'); } return { ...row, id: String(Number(row.id) + 10) }; }"));
        await engine.AsUserAsync(EndIdleTransactions);
        await engine.WindowAsync(Put("orders", "[1]", """{"id": 1, "shop": "a"}"""));
        await engine.BatchAsync(Put("orders", "[2]", """{"id": 2, "shop": "b"}""", version: 5_000));
        await engine.BatchAsync(Put("orders", "[3]", """{"id": 3, "shop": "odd"}"""));
        DeadLetter letter = Assert.Single(await engine.FindLettersAsync(new DeadLetterFilter()));
        await engine.ChangeLetterAsync(letter.Id, LetterState.Waiting);
        Assert.Equal(1, await engine.RetryWaitingAsync());
        Assert.Equal(["11|a", "12|b", "13|odd"], await engine.RowsAsync("SELECT id, shop FROM orders ORDER BY id"));
    }

    /// <summary>
    /// Statement of the user after which the target soon ends the session of a transaction in which nothing happens; sooner than the
    /// handlers of these tests return.
    /// </summary>
    protected abstract string EndIdleTransactions { get; }

    private static async Task<Func<FailbackSpec, FailbackSpec>> ExampleAsync(string file, IReadOnlyList<string>? sourceKey = null) =>
        await WithAsync(
            await File.ReadAllTextAsync(
                Path.Combine(Repository.Root, "docs", "guide", "userscripts", file), TestContext.Current.CancellationToken),
            sourceKey ?? []);

    private static Task<Func<FailbackSpec, FailbackSpec>> ScriptAsync(string handlers) =>
        WithAsync($"import * as api from 'failback@v1';\napi.table('orders', {{ {handlers} }});\n", []);

    private static async Task<Func<FailbackSpec, FailbackSpec>> WithAsync(string source, IReadOnlyList<string> sourceKey)
    {
        CompiledScript compiled = await ScriptCompiler.CompileAsync(source, TestContext.Current.CancellationToken);
        Assert.Empty(compiled.Problems);
        return spec => spec with { Script = compiled.ToSpec(1), Tables = [.. spec.Tables.Select(t => t with { SourceKey = sourceKey })] };
    }
}
