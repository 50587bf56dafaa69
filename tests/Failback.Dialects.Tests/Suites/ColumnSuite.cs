using Failback.Apply.Failures;
using Failback.Contracts.Control;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>Rules for single columns, keys included.</summary>
/// <param name="fixture">A database.</param>
/// <param name="bytes">Type of a key of 16 bytes.</param>
/// <param name="hex">Its hexadecimal digits in lower case; {0} is the column.</param>
public abstract class ColumnSuite(ITargetFixture fixture, string bytes, string hex)
{
    private const string Id = "00112233-4455-6677-8899-aabbccddeeff";
    private const string OtherId = "10112233-4455-6677-8899-aabbccddeeff";

    [Fact]
    public async Task Columns_are_renamed_left_out_fixed_and_given_another_form()
    {
        await using EngineHarness engine = await StartAsync(
            fixture,
            """
            CREATE TABLE person (id int PRIMARY KEY, full_name varchar(50), active char(1), origin varchar(20) NOT NULL, batch int, note varchar(20), total numeric(10,2), doc varchar(50));
            INSERT INTO person VALUES (1, 'old', 'N', 'old', 0, 'kept', 0, 'old');
            """,
            Rules(
                new ColumnRule { Column = "name", Rename = "full_name" },
                new ColumnRule { Column = "is_active", Rename = "active", Words = new BooleanWords("Y", "N") },
                new ColumnRule { Column = "origin", Constant = "\"cockroach\"" },
                new ColumnRule { Column = "batch", Constant = "7" },
                new ColumnRule { Column = "note", Ignore = true },
                new ColumnRule { Column = "total", Convert = ColumnConversion.Truncate },
                new ColumnRule { Column = "doc", Convert = ColumnConversion.JsonText }));
        await engine.WindowAsync(
            Put("person", "[1]",
                """{"id": 1, "name": "Ada", "is_active": true, "origin": "feed", "note": "lost", "total": -1.239, "doc": {"a": [1.50, "x"]}}"""),
            Put("person", "[2]", """{"id": 2, "name": null, "is_active": false, "note": "lost", "total": 5001E-2, "doc": "text"}"""),
            Put("person", "[3]", """{"id": 3, "name": "x", "is_active": null, "note": "lost", "total": null, "doc": null}"""));
        Assert.Equal(
            ["1|Ada|Y|cockroach|7|kept|-1.23|{\"a\": [1.50, \"x\"]}", "2|-|N|cockroach|7|-|50.01|\"text\"", "3|x|-|cockroach|7|-|-|-"],
            await engine.RowsAsync("SELECT id, full_name, active, origin, batch, note, total, doc FROM person ORDER BY id"));
        Assert.Empty(engine.Letters);
        await engine.WindowAsync(Delete("person", "[1]"), Put("person", "[2]", """{"id": 2, "name": "y", "is_active": 7}"""));
        Assert.Equal(["2", "3"], await engine.RowsAsync("SELECT id FROM person ORDER BY id"));
        Assert.Equal(["2|column active: not a boolean"], await engine.LettersAsync(), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_renamed_key_column_names_the_row_in_upserts_and_deletes()
    {
        await using EngineHarness engine = await StartAsync(
            fixture,
            "CREATE TABLE item (item_no int, shop_no int, v varchar(20), PRIMARY KEY (shop_no, item_no));\nINSERT INTO item (item_no, "
                + "shop_no, v) VALUES (1, 9, 'old');\n",
            Rules(new ColumnRule { Column = "id", Rename = "item_no" }, new ColumnRule { Column = "shop", Rename = "shop_no" }));
        await engine.WindowAsync(
            Put("item", "[1, 9]", """{"id": 1, "shop": 9, "v": "new"}"""), Put("item", "[2, 9]", """{"id": 2, "shop": 9, "v": "b"}"""));
        Assert.Equal(["1|9|new", "2|9|b"], await engine.RowsAsync("SELECT item_no, shop_no, v FROM item ORDER BY item_no"));
        await engine.WindowAsync(Delete("item", "[2, 9]"), Delete("item", "[9, 1]"));
        Assert.Equal(["1|9|new"], await engine.RowsAsync("SELECT item_no, shop_no, v FROM item"));
    }

    [Fact]
    public async Task A_declared_source_key_is_found_under_the_names_of_the_source()
    {
        await using EngineHarness engine = await StartAsync(
            fixture,
            "CREATE TABLE item (item_no int, shop_no int, v varchar(20), PRIMARY KEY (shop_no, item_no));\nINSERT INTO item (item_no, "
                + "shop_no, v) VALUES (1, 9, 'old');\n",
            spec => Rules(new ColumnRule { Column = "id", Rename = "item_no" }, new ColumnRule { Column = "shop", Rename = "shop_no" })(
                spec) is var ruled
                ? ruled with { Tables = [.. ruled.Tables.Select(t => t with { SourceKey = ["id", "shop"] })] }
                : spec);
        await engine.WindowAsync(Delete("item", "[1, 9]"));
        Assert.Empty(await engine.RowsAsync("SELECT item_no FROM item"));
    }

    [Theory]
    [InlineData(UuidByteOrder.Plain, "00112233445566778899aabbccddeeff")]
    [InlineData(UuidByteOrder.Swapped, "66774455001122338899aabbccddeeff")]
    [InlineData(UuidByteOrder.Mixed, "33221100554477668899aabbccddeeff")]
    public async Task A_uuid_key_is_stored_as_bytes_in_the_order_told(UuidByteOrder order, string stored)
    {
        await using EngineHarness engine = await StartAsync(
            fixture,
            $"""
            CREATE TABLE node (id {bytes} PRIMARY KEY, up {bytes}, v varchar(20), FOREIGN KEY (up) REFERENCES node (id));
            """,
            Rules(new ColumnRule { Column = "id", UuidBytes = order }, new ColumnRule { Column = "up", UuidBytes = order }));
        await engine.WindowAsync(
            Put("node", $"[\"{OtherId}\"]", $$"""{"id": "{{OtherId}}", "up": "{{Id}}", "v": "child"}"""),
            Put("node", $"[\"{Id}\"]", $$"""{"id": "{{Id}}", "up": null, "v": "root"}"""));
        string id = string.Format(System.Globalization.CultureInfo.InvariantCulture, hex, "id");
        Assert.Equal([$"{stored}|root"], await engine.RowsAsync($"SELECT {id}, v FROM node WHERE up IS NULL"));
        await engine.WindowAsync(
            Put("node", $"[\"{Id}\"]", $$"""{"id": "{{Id}}", "up": null, "v": "again"}"""), Delete("node", $"[\"{OtherId}\"]"));
        Assert.Equal([$"{stored}|again"], await engine.RowsAsync($"SELECT {id}, v FROM node"));
        Assert.Empty(engine.Letters);
        await engine.WindowAsync(Put("node", "[\"x\"]", """{"id": "x", "v": "bad"}"""));
        Assert.Equal(["\"x\"|column id: not a UUID"], await engine.LettersAsync(), StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(ColumnConversion.Hex, "varchar(20)", "\"\\\\x00ff\"", "00ff")]
    [InlineData(ColumnConversion.Base64, "varchar(20)", "\"\\\\x00ff\"", "AP8=")]
    [InlineData(ColumnConversion.Hex, "varchar(20)", "\"plain\"", null)]
    [InlineData(ColumnConversion.JsonText, "varchar(20)", "\"a\"", "\"a\"")]
    [InlineData(ColumnConversion.JsonText, "varchar(20)", "true", "true")]
    [InlineData(ColumnConversion.ExactFloat, "float(24)", "0.5", "0.5")]
    [InlineData(ColumnConversion.ExactFloat, "float(24)", "0.1", "0.1")]
    [InlineData(ColumnConversion.ExactFloat, "float(24)", "0.022322111021323865", null)]
    [InlineData(ColumnConversion.NearestFloat, "float(24)", "0.022322111021323865", "0.022322111")]
    [InlineData(ColumnConversion.NearestDouble, "double precision", "0.500000000000000000001", "0.5")]
    [InlineData(ColumnConversion.Truncate, "decimal(9,2)", "-1.999", "-1.99")]
    [InlineData(ColumnConversion.Truncate, "decimal(9,2)", "1.234E+1", "12.34")]
    [InlineData(ColumnConversion.Truncate, "decimal(9,0)", "1E-7", "0")]
    [InlineData(ColumnConversion.Truncate, "decimal(9,2)", "12345678.5", null)]
    public async Task A_value_is_given_the_form_that_its_rule_asks_for(ColumnConversion form, string column, string json, string? stored)
    {
        await using EngineHarness engine = await StartAsync(
            fixture, $"CREATE TABLE val (id int PRIMARY KEY, v {column});\n", Rules(new ColumnRule { Column = "v", Convert = form }));
        await engine.WindowAsync(Put("val", "[1]", $$"""{"id": 1, "v": {{json}}}"""), Put("val", "[2]", """{"id": 2, "v": null}"""));
        string[] found = [
            .. (await engine.RowsAsync("SELECT v FROM val WHERE id = 1")).Select(
                v => v.StartsWith("0.0223221", StringComparison.Ordinal) ? "0.022322111" : v)];
        Assert.Equal(stored is null ? [] : [stored], found);
        Assert.Equal(stored is null ? 1 : 0, engine.Letters.Sum(l => l.Open));
    }

    [Fact]
    public async Task A_constant_completes_the_key()
    {
        await using EngineHarness engine = await StartAsync(
            fixture,
            "CREATE TABLE item (tenant int, id int, v varchar(20), PRIMARY KEY (tenant, id));\nINSERT INTO item (tenant, id, v) VALUES "
                + "(1, 5, 'theirs');\n",
            Rules(new ColumnRule { Column = "tenant", Constant = "2" }));
        await engine.WindowAsync(Put("item", "[5]", """{"id": 5, "v": "a"}"""), Put("item", "[6]", """{"id": 6, "v": "b"}"""));
        await engine.WindowAsync(Delete("item", "[6]"), Put("item", "[5]", """{"id": 5, "v": "c"}"""));
        Assert.Equal(["1|5|theirs", "2|5|c"], await engine.RowsAsync("SELECT tenant, id, v FROM item ORDER BY tenant, id"));
        Assert.Empty(engine.Letters);
    }

    [Fact]
    public async Task Rules_that_the_table_cannot_follow_halt_the_group_before_anything_is_written()
    {
        const string ddl = "CREATE TABLE item (id int PRIMARY KEY, v varchar(20));\n";
        await HaltsAsync("has no column w", ddl, new ColumnRule { Column = "v", Rename = "w" });
        await HaltsAsync("cannot be ignored", ddl, new ColumnRule { Column = "id", Ignore = true });
        await HaltsAsync("cannot be shortened", ddl, new ColumnRule { Column = "id", Convert = ColumnConversion.Truncate });
    }

    [Fact]
    public async Task Two_columns_of_the_feed_for_one_column_of_the_target_halt_the_group()
    {
        await using EngineHarness engine = await StartAsync(
            fixture, "CREATE TABLE item (id int PRIMARY KEY, v varchar(20));\n", Rules(new ColumnRule { Column = "old_v", Rename = "v" }));
        GroupHaltedException halt = await Assert.ThrowsAsync<GroupHaltedException>(
            () => engine.WindowAsync(Put("item", "[1]", """{"id": 1, "old_v": "a", "v": "b"}""")));
        Assert.Contains("columns of these names too: v", halt.Message, StringComparison.Ordinal);
        Assert.Empty(await engine.RowsAsync("SELECT id FROM item"));
    }

    private static Func<FailbackSpec, FailbackSpec> Rules(params ColumnRule[] rules) =>
        spec => spec with { Tables = [.. spec.Tables.Select(t => t with { Columns = rules })] };

    private async Task HaltsAsync(string reason, string ddl, ColumnRule rule)
    {
        GroupHaltedException halt = await Assert.ThrowsAsync<GroupHaltedException>(() => StartAsync(fixture, ddl, Rules(rule)));
        Assert.Contains(reason, halt.Message, StringComparison.Ordinal);
    }
}
