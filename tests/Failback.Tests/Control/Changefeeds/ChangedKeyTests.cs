using Failback.Control.Registry;
using Failback.Control.Definitions;
using Failback.Contracts;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Changefeeds;
using Failback.Control.Settings;
using Failback.Source;
using Microsoft.Extensions.Options;
using Xunit;

namespace Failback.Tests.Control.Changefeeds;

/// <summary>Primary keys of the source are held against those that the failback was started with.</summary>
public sealed class ChangedKeyTests
{
    [Theory]
    [InlineData("x y", "x y", null)]
    [InlineData("X y", "x y", null)]
    [InlineData("", "x y", null)]
    [InlineData("x y", "", null)]
    [InlineData("x y", "y x", "shop.pairs: x, y -> y, x")]
    [InlineData("id", "crdb_internal_id_shard_4 id", "shop.pairs: id -> crdb_internal_id_shard_4, id")]
    [InlineData("x y", "x", "shop.pairs: x, y -> x")]
    public void A_key_of_other_columns_or_in_another_order_is_another(string known, string now, string? changed)
    {
        SourceTable[] there = now.Length == 0 ? [] : [new SourceTable(TableName.Parse("shop.pairs"), now.Split(' '))];
        ChangedKey? found = ChangedKey.Of([Route(known)], there).SingleOrDefault();
        Assert.Equal(
            changed, found is null ? null : $"{found.Table}: {string.Join(", ", found.Known)} -> {string.Join(", ", found.Now)}");
    }

    [Fact]
    public void A_key_that_was_altered_is_a_trouble_with_the_way_on()
    {
        ManagedFeed feed = new()
        {
            Phase = FeedPhase.Created,
            Status = "paused",
            PausedByOperator = true,
            ChangedKeys = [new ChangedKey("shop.pairs", ["x", "y"], ["y", "x"])],
        };
        Trouble trouble = Assert.Single(
            new FeedReport(Options.Create(new ControlOptions())).Troubles(
                Managed(), feed, null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch));
        Assert.Equal(("source_key_changed", "shop.pairs"), (trouble.Code, trouble.Table));
        Assert.Contains("is (y, x) by now", trouble.Message, StringComparison.Ordinal);
        Assert.Contains("stop and start", trouble.Message, StringComparison.Ordinal);
    }

    private static FailbackRecord Managed() => StateFolder.Record("shop") with
    {
        State = RunState.Running,
        Definition = new SealedDefinition(
            new FailbackDefinition { Target = "postgres://u:***@h/d", Changefeed = new ChangefeedDefinition { Managed = true } }, ""),
    };

    private static TableRoute Route(string key) => new()
    {
        Source = "shop.pairs",
        Target = "public.pairs",
        Queue = "q",
        SourceKey = key.Length == 0 ? [] : key.Split(' '),
    };
}
