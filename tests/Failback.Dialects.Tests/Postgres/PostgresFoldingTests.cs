using Failback.Contracts.Words;
using Failback.Dialects.Tests.Suites;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>Keys that are equal in the target without being the same: the source has two rows where the target can have one.</summary>
public sealed class PostgresFoldingTests
{
    private const string Citext = "CREATE EXTENSION IF NOT EXISTS citext;\nCREATE TABLE named (name citext PRIMARY KEY, v text)";
    private const string Collated =
        "CREATE COLLATION folds (provider = icu, locale = 'und-u-ks-level2', deterministic = false);\n"
            + "CREATE TABLE named (name text COLLATE folds PRIMARY KEY, v text)";

    private const string Composite = "CREATE EXTENSION IF NOT EXISTS citext;\n"
        + "CREATE DOMAIN word AS citext;\nCREATE TABLE named (name word, tenant int DEFAULT 1, v text, PRIMARY KEY (name))";

    private const string Rows = "SELECT name::text, v FROM named ORDER BY v";

    public static TheoryData<string> Tables => [Citext, Collated, Composite];

    [Theory, MemberData(nameof(Tables))]
    public async Task A_key_may_change_its_spelling(string ddl)
    {
        await using EngineHarness engine = await StartAsync(
            new PostgresFixture(), ddl + ";\nINSERT INTO named (name, v) VALUES ('a', 'old')");
        await engine.WindowAsync(Put("named", "[\"A\"]", Row("A", "new")), Delete("named", "[\"a\"]"));
        Assert.Equal(["A|new"], await engine.RowsAsync(Rows));
        Assert.Empty(engine.Letters);
    }

    [Theory, MemberData(nameof(Tables))]
    public async Task Two_rows_whose_keys_differ_in_case_only_are_not_merged(string ddl)
    {
        await using EngineHarness engine = await StartAsync(new PostgresFixture(), ddl);
        await engine.WindowAsync(Put("named", "[\"a\"]", Row("a", "small")), Put("named", "[\"b\"]", Row("b", "x")));
        await engine.WindowAsync(Put("named", "[\"A\"]", Row("A", "large")), Put("named", "[\"b\"]", Row("b", "y")));
        Assert.Equal(["a|small", "b|y"], await engine.RowsAsync(Rows));
        Assert.Equal(1, engine.Letters.Single().Open);
        // Once the other row is gone the letter's row fits.
        await engine.WindowAsync(Delete("named", "[\"a\"]"));
        await engine.ChangeLetterAsync(
            (await engine.FindLettersAsync(new())).Single().Id, LetterState.Waiting);
        Assert.Equal(1, await engine.RetryWaitingAsync());
        Assert.Equal(["A|large", "b|y"], await engine.RowsAsync(Rows));
    }

    [Theory, MemberData(nameof(Tables))]
    public async Task Of_two_such_rows_in_one_window_one_goes_in_and_one_is_a_letter(string ddl)
    {
        await using EngineHarness engine = await StartAsync(new PostgresFixture(), ddl);
        await engine.WindowAsync(Put("named", "[\"a\"]", Row("a", "1")), Put("named", "[\"A\"]", Row("A", "2")));
        Assert.Single(await engine.RowsAsync(Rows));
        Assert.Equal(1, engine.Letters.Single().Open);
    }

    [Theory, MemberData(nameof(Tables))]
    public async Task A_delete_spares_the_row_whose_key_differs_in_case(string ddl)
    {
        await using EngineHarness engine = await StartAsync(
            new PostgresFixture(), ddl + ";\nINSERT INTO named (name, v) VALUES ('a', 'small')");
        await engine.WindowAsync(Delete("named", "[\"A\"]"));
        Assert.Equal(["a|small"], await engine.RowsAsync(Rows));
        await engine.WindowAsync(Delete("named", "[\"a\"]"));
        Assert.Empty(await engine.RowsAsync(Rows));
    }

    /// <summary>As many rows as are copied elsewhere.</summary>
    [Fact]
    public async Task Many_rows_go_in_and_are_changed()
    {
        await using EngineHarness engine = await StartAsync(new PostgresFixture(), Citext);
        await engine.WindowAsync([.. Enumerable.Range(0, 1_000).Select(i => Put("named", $"[\"k{i}\"]", Row($"k{i}", "1")))]);
        await engine.WindowAsync([.. Enumerable.Range(0, 1_000).Select(i => Put("named", $"[\"k{i}\"]", Row($"k{i}", "2")))]);
        Assert.Equal(["1000|2"], await engine.RowsAsync("SELECT count(*), min(v) FROM named"));
        Assert.Empty(engine.Letters);
    }

    private static string Row(string name, string v) => $$"""{"name": "{{name}}", "v": "{{v}}"}""";
}
