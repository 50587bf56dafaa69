using Failback.Dialects.Tests.Suites;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbRulesTests() : MySqlRulesSuite(new MariaDbFixture())
{
    /// <summary>https://mariadb.com/kb/en/system-versioned-tables/</summary>
    [Theory]
    [InlineData("")]
    [InlineData(
        ", began TIMESTAMP(6) GENERATED ALWAYS AS ROW START, ended TIMESTAMP(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME "
            + "(began, ended)")]
    public async Task A_table_with_system_versioning_is_written_as_any_other(string period)
    {
        await using EngineHarness engine = await StartAsync(new MariaDbFixture(), $"""
            CREATE TABLE kept (id int PRIMARY KEY, code varchar(9) UNIQUE{period}) WITH SYSTEM VERSIONING;
            INSERT INTO kept (id, code) VALUES (1, 'a');
            INSERT INTO kept (id, code) VALUES (2, 'b');
            INSERT INTO kept (id, code) VALUES (3, 'c');
            """);
        await engine.WindowAsync(
            Put("kept", "[1]", """{"id": 1, "code": "b"}"""), Put("kept", "[2]", """{"id": 2, "code": "a"}"""), Delete("kept", "[3]"),
            Put("kept", "[4]", """{"id": 4, "code": "c"}"""));
        Assert.Equal(["1|b", "2|a", "4|c"], await engine.RowsAsync("SELECT id, code FROM kept ORDER BY id"));
        Assert.Empty(engine.Letters);
    }
}
