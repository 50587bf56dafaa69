using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Staging;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>Checkpoint and fence: progress is in the transaction of the rows, and a former owner commits nothing.</summary>
public abstract class FenceSuite(ITargetFixture fixture)
{
    [Fact]
    public async Task The_checkpoint_moves_with_the_rows_and_is_found_by_the_next_owner()
    {
        string url = await CreateAsync();
        await using SuiteWriter first = await SuiteWriter.OpenAsync(fixture, url, "same", "item");
        await first.WindowAsync([Put("item", "[1]", """{"id": 1, "v": "a"}"""), Put("item", "[2]", """{"id": 2, "v": "b"}""")]);
        await first.WindowAsync([Delete("item", "[2]")]);
        await using SuiteWriter second = await SuiteWriter.OpenAsync(fixture, url, "same", "item");
        Assert.Equal(first.Resolved, second.Resolved);
        Assert.Equal(new Counters(3, 3, 0, 0, 0), second.Counters);
        Assert.Equal(["1|a"], await RowsAsync(url));
    }

    [Fact]
    public async Task A_former_owner_commits_neither_rows_nor_checkpoint()
    {
        string url = await CreateAsync();
        await using SuiteWriter former = await SuiteWriter.OpenAsync(fixture, url, "same", "item");
        await former.WindowAsync([Put("item", "[1]", """{"id": 1, "v": "former"}""")]);
        await using SuiteWriter owner = await SuiteWriter.OpenAsync(fixture, url, "same", "item");
        await Assert.ThrowsAsync<FencedException>(
            () => former.WindowAsync([Put("item", "[1]", """{"id": 1, "v": "late"}"""), Put("item", "[9]", """{"id": 9, "v": "late"}""")]));
        Assert.Equal(["1|former"], await RowsAsync(url));
        await owner.WindowAsync([Put("item", "[1]", """{"id": 1, "v": "owner"}""", version: 5_000)]);
        Assert.Equal(["1|owner"], await RowsAsync(url));
        Assert.Equal(2, owner.Counters.Applied);
    }

    private async Task<string> CreateAsync()
    {
        string url = await fixture.CreateAsync();
        await using DbConnection connection = await fixture.ConnectAsync(url);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE item (id int PRIMARY KEY, v varchar(20))";
        await command.ExecuteNonQueryAsync();
        await fixture.GrantAsync(url);
        return url;
    }

    private async Task<IReadOnlyList<string>> RowsAsync(string url)
    {
        await using DbConnection connection = await fixture.ConnectAsync(url);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT id, v FROM item ORDER BY id";
        await using DbDataReader row = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await row.ReadAsync()) rows.Add($"{row.GetValue(0)}|{row.GetValue(1)}");
        return rows;
    }
}
