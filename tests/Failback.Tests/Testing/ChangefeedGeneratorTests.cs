using Failback.Contracts;
using Failback.Testing.Changefeeds;
using Xunit;

namespace Failback.Tests.Testing;

public sealed class ChangefeedGeneratorTests
{
    public static TheoryData<int> Seeds => [.. RandomRun.Seeds(60)];

    [Theory, MemberData(nameof(Seeds))]
    public void The_same_seed_makes_the_same_requests(int seed) =>
        Assert.Equal(RandomRun.Create(seed).Requests.Select(r => r.Body()), RandomRun.Create(seed).Requests.Select(r => r.Body()));

    [Theory, MemberData(nameof(Seeds))]
    public void Every_source_state_satisfies_its_constraints(int seed)
    {
        ModelHistory history = RandomRun.Create(seed).History;
        Assert.All(history.Changes.Select(c => c.Updated).Distinct(), t => Assert.True(history.AsOf(t).IsValid(), $"as of {t}"));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void A_resolved_timestamp_follows_every_version_it_covers(int seed)
    {
        RandomRun run = RandomRun.Create(seed);
        var delivered = new HashSet<(string, string, HlcTimestamp)>();
        FeedRow[] all = [
            .. (run.Options.InitialScan ? FeedRows.Scan(run.History) : []).Concat(run.History.Changes)
                .Select(c => FeedRows.Of(c, run.Options))];
        foreach (FeedRequest request in run.Requests)
        {
            foreach (FeedRow row in request.Rows) delivered.Add((row.Topic, row.Key, row.Updated));
            if (request.Resolved is { } resolved)
                Assert.All(all.Where(r => r.Updated <= resolved), r => Assert.Contains((r.Topic, r.Key, r.Updated), delivered));
        }

        Assert.Equal(run.History.EndTime, run.Requests[^1].Resolved);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void The_first_emission_of_a_version_comes_after_all_earlier_versions_of_its_row(int seed)
    {
        RandomRun run = RandomRun.Create(seed);
        Dictionary<(string, string), HlcTimestamp[]> versions = run.History.Changes.GroupBy(c => (c.Table.Name, c.Key))
            .ToDictionary(g => g.Key, g => g.Select(c => c.Updated).ToArray());
        Dictionary<(string Topic, string Key, HlcTimestamp Updated), (string, string)> identity = run.History.Changes
            .GroupBy(c => FeedRows.Of(c, run.Options))
            .ToDictionary(g => (g.Key.Topic, g.Key.Key, g.Key.Updated), g => (g.First().Table.Name, g.First().Key));
        var seen = new HashSet<((string, string), HlcTimestamp)>();
        foreach (FeedRow row in run.Requests.SelectMany(r => r.Rows))
        {
            if (!identity.TryGetValue((row.Topic, row.Key, row.Updated), out (string, string) key)) continue;
            Assert.All(versions[key].Where(v => v < row.Updated), v => Assert.Contains((key, v), seen));
            seen.Add((key, row.Updated));
        }
    }

    [Fact]
    public void The_runs_contain_what_makes_a_changefeed_hard()
    {
        RandomRun[] runs = [.. RandomRun.Seeds(60).Select(s => RandomRun.Create(s))];
        FeedRequest[][] feeds = [.. runs.Select(r => r.Requests.ToArray())];
        Assert.Contains(runs, r => r.History.Schema.Tables.Any(t => t.ForeignKeys.Any(f => f.Parent == t.Name)));
        Assert.Contains(runs, r => r.History.Schema.Tables.Any(t => t.PrimaryKey.Count > 1));
        Assert.Contains(runs, r => r.History.Schema.Tables.Any(t => t.UniqueColumns.Any()));
        Assert.Contains(runs, r => r.History.Schema.Tables.Any(t => t.SourceKey[0].StartsWith("crdb_internal_", StringComparison.Ordinal)));
        Assert.Contains(feeds, f => f.SelectMany(r => r.Rows).GroupBy(r => (r.Topic, r.Key, r.Updated)).Any(g => g.Count() > 1));
        Assert.Contains(
            feeds, f => f.SelectMany(r => r.Rows).GroupBy(r => (r.Topic, r.Key))
            .Any(g => g.Zip(g.Skip(1)).Any(p => p.Second.Updated < p.First.Updated)));
        HlcTimestamp[][] resolved = [.. feeds.Select(f => f.Select(r => r.Resolved).OfType<HlcTimestamp>().ToArray())];
        Assert.Contains(resolved, f => f.Zip(f.Skip(1)).Any(p => p.Second < p.First));
        Assert.Contains(resolved, f => f.Zip(f.Skip(1)).Any(p => p.Second == p.First));
    }
}
