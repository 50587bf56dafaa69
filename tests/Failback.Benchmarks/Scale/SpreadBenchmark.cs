using System.Globalization;
using Failback.Apply.Ownership;
using Failback.Contracts;

namespace Failback.Benchmarks.Scale;

/// <summary>
/// Computed, not timed: how evenly apply groups spread over appliers by the function that the appliers use, and how many of them move when
/// one joins.
/// </summary>
internal sealed class SpreadBenchmark : IBenchmark
{
    private const int Trials = 5;

    public string Name => "spread";

    public string Description => "computed: how groups spread over appliers";

    public Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Measurement>>(
    [
        Line(groups: 10, appliers: 3, limit: 2.2),
        Line(groups: 100, appliers: 3, limit: 1.4),
        Line(groups: 100, appliers: 10, limit: 2),
        Line(groups: 1000, appliers: 10, limit: 1.4),
        Line(groups: 1000, appliers: 100, limit: 2.4),
    ]);

    private static Measurement Line(int groups, int appliers, double limit)
    {
        List<double> even = [], skewed = [], moved = [];
        for (int trial = 0; trial < Trials; trial++)
        {
            string[] owners = Owners(trial, groups, appliers), after = Owners(trial, groups, appliers + 1);
            even.Add(Busiest(owners, appliers, static _ => 1));
            skewed.Add(Busiest(owners, appliers, static group => 1.0 / (group + 1)));
            moved.Add(owners.Zip(after).Count(o => o.First != o.Second) / (double)groups);
        }

        string detail = string.Create(
            CultureInfo.InvariantCulture,
            $"{Statistics.Median(skewed):0.0} when the groups' loads are as 1, 1/2, 1/3, …; one more applier moves "
                + $"{100 * Statistics.Median(moved):0} % of the groups, fair share {100.0 / (appliers + 1):0} %");
        return Measurement.AtMost(
            string.Create(CultureInfo.InvariantCulture, $"{groups} groups over {appliers} appliers: busiest / mean"),
            Statistics.Median(even), "", limit, detail);
    }

    /// <summary>Load of the busiest applier, in parts of the mean.</summary>
    private static double Busiest(string[] owners, int appliers, Func<int, double> load)
    {
        var loads = new Dictionary<string, double>(StringComparer.Ordinal);
        for (int group = 0; group < owners.Length; group++) loads[owners[group]] = loads.GetValueOrDefault(owners[group]) + load(group);
        return loads.Values.Max() / (loads.Values.Sum() / appliers);
    }

    /// <summary>Replicas have names as containers do: nothing in common, the same in every run.</summary>
    private static string[] Owners(int trial, int groups, int appliers)
    {
        string[] replicas = [.. Enumerable.Range(0, appliers).Select(i => $"{StableHash.Of($"{trial}/{i}"):x16}"[..12])];
        return [.. Enumerable.Range(0, groups).Select(group => Rendezvous.Owner($"failback{group}", replicas))];
    }
}
