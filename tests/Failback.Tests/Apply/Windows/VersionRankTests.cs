using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Rows;
using Xunit;

namespace Failback.Tests.Apply.Windows;

/// <summary>
/// One order of versions in windows, stored versions and checkpoints: no cut of the stream into transactions loses a row.
/// </summary>
public sealed class VersionRankTests
{
    private static readonly TargetTable Table = Sample.Table("id a", "id");

    [Theory]
    [InlineData(2, false, 1, false, true)]
    [InlineData(2, true, 1, false, true)]
    [InlineData(1, false, 1, true, true)]
    [InlineData(1, true, 1, false, false)]
    [InlineData(1, false, 1, false, false)]
    [InlineData(1, true, 1, true, false)]
    [InlineData(1, false, 2, true, false)]
    public void The_newer_version_stays_and_at_one_timestamp_the_row(
        long updated, bool deleted, long other, bool otherDeleted, bool beats) =>
        Assert.Equal(beats, new VersionRank(Sample.At(updated), deleted).Beats(new VersionRank(Sample.At(other), otherDeleted)));

    /// <summary>
    /// Versions of one row, many of them with equal timestamps, arrive in any order, repeated and cut into any transactions. Some of these
    /// run ahead and store their version, some end with a resolved timestamp that everything before it has been seen for.
    /// </summary>
    [Fact]
    public void Whatever_the_cuts_the_row_ends_as_the_model_says()
    {
        for (int seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            VersionRank[] sent = [
                .. Enumerable.Range(0, random.Next(1, 7)).Select(_ => new VersionRank(Sample.At(random.Next(1, 5)), random.Next(2) == 0))];
            List<VersionRank> stream = [.. sent, .. sent.Where(_ => random.Next(3) == 0)];
            stream = [.. stream.OrderBy(_ => random.Next())];
            Assert.True(Run(stream, random) == sent.Max(), $"seed {seed}: {string.Join(' ', stream)}");
        }
    }

    private static VersionRank? Run(List<VersionRank> stream, Random random)
    {
        VersionRank? target = null, stored = null;
        HlcTimestamp checkpoint = default;
        for (int next = 0; next < stream.Count;)
        {
            VersionRank[] part = [.. stream.Skip(next).Take(random.Next(1, 4))];
            next += part.Length;
            List<Mutation> rows = [
                .. part.Where(v => v.Beats(VersionRank.AppliedThrough(checkpoint))).Select(v => Sample.Mutation(Frame(v)))];
            TableChanges changes = Sample.Changes(Table);
            Compaction.Take(rows, HlcTimestamp.Max, 0, changes, _ => { });
            foreach (RowChange change in changes.Upserts.Concat(changes.Deletes))
            {
                VersionRank rank = VersionRank.Of(change.Mutation);
                if (stored is { } known && !rank.Beats(known)) continue;
                (target, stored) = (rank, rank);
            }

            // A changefeed promises a timestamp once every version up to it was accepted; repeats may still come.
            HlcTimestamp[] missing = [.. stream.Skip(next).Where(v => !stream.Take(next).Contains(v)).Select(v => v.Updated)];
            HlcTimestamp promised = missing.Length > 0 ? missing.Min().Previous : stream.Max(v => v.Updated);
            if (random.Next(2) == 0 && promised > checkpoint) checkpoint = promised;
            if (stored?.Updated <= checkpoint) stored = null;
        }

        return target;
    }

    private static RowFrame Frame(VersionRank version) =>
        Sample.Frame(version.Updated.Wall, "[1]", version.Deleted ? null : """{"id":1}""");
}
