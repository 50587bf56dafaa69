using Failback.Cli.Fetch;
using Failback.Cli.Output;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Testing;
using Xunit;

namespace Failback.Tests.Cli.Output;

/// <summary>What is said to hold a failback is what holds it now.</summary>
public sealed class LookTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_that_were_set_aside_and_settled_since_hold_nothing(bool withTables)
    {
        Look look = Settled(withTables);
        Assert.Equal(0, look.Open);
        Assert.Null(look.Held());
        Assert.Equal("ok", look.Standing()?.Word);
        Assert.All(look.Tables, table => Assert.False(TableRank.IsTroubled(table)));
        Assert.Equal(("info", null), new Heartbeat(new SteppedTime()).Next(look.Resource));
    }

    [Fact]
    public void Rows_that_are_set_aside_are_counted_where_tables_were_not_asked_for()
    {
        Look look = Settled(withTables: false);
        look = look with
        {
            Resource = look.Resource with
            {
                Errors = [
                    new Trouble(TroubleCodes.RowsSetAside, "public.a", "the target refuses it") { Count = 2 },
                    new Trouble(TroubleCodes.RowsSetAside, "public.b", "the target refuses it") { Count = 1 }],
            },
        };
        Assert.StartsWith("3 rows set aside", look.Held(), StringComparison.Ordinal);
        Assert.Contains("3 rows set aside", new Heartbeat(new SteppedTime()).Next(look.Resource)?.Why, StringComparison.Ordinal);
    }

    private static Look Settled(bool withTables)
    {
        Look look = SampleFailback.Look(2, troubled: false);
        TableResource[] tables = [.. look.Tables.Select(table => table with { DeadLettered = 3 })];
        return look with
        {
            Tables = withTables ? tables : [],
            Resource = look.Resource with { Totals = look.Resource.Totals with { DeadLettered = 6 } },
        };
    }
}
