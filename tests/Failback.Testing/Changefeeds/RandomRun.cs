using System.Globalization;

namespace Failback.Testing.Changefeeds;

/// <summary>One random run: a history, the requests of its feed, and the seed that reproduces both.</summary>
/// <param name="Seed">Seed; <c>FAILBACK_SEED</c> replays exactly this run.</param>
/// <param name="History">History of the source.</param>
/// <param name="Options">Behaviour of the feed.</param>
/// <param name="Requests">Requests that arrive at the sink.</param>
public sealed record RandomRun(int Seed, ModelHistory History, FeedOptions Options, IReadOnlyList<FeedRequest> Requests)
{
    /// <summary>Returns the seeds of a suite: the one in <c>FAILBACK_SEED</c>, or <paramref name="count"/> fixed ones.</summary>
    public static IEnumerable<int> Seeds(int count, int first = 1) =>
        int.TryParse(Environment.GetEnvironmentVariable("FAILBACK_SEED"), CultureInfo.InvariantCulture, out int seed)
        ? [seed]
        : Enumerable.Range(first, count);

    /// <summary>Returns the run of a seed.</summary>
    /// <param name="seed">Source of every random choice.</param>
    /// <param name="workload">Size of the run; default: random.</param>
    /// <param name="feed">Changes the random behaviour of the feed; default: unchanged.</param>
    public static RandomRun Create(int seed, WorkloadOptions? workload = null, Func<FeedOptions, FeedOptions>? feed = null)
    {
        // All choices come from this one source in a fixed order, so the seed alone reproduces the run.
        var random = new Random(seed);
        ModelHistory history = Workload.Next(random, workload ?? new WorkloadOptions(random.Next(5, 120), random.Next(1, 12)));
        FeedOptions options = FeedOptions.Next(random);
        if (feed is not null) options = feed(options);
        return new RandomRun(seed, history, options, FeedEmitter.Emit(history, random, options));
    }

    /// <summary>Returns sizes and seed in one line.</summary>
    public override string ToString() =>
        $"seed {Seed}: {History.Schema.Tables.Count} tables, {History.Changes.Count} changes, {Requests.Count} requests with "
            + $"{Requests.Sum(r => r.Rows.Count)} rows (replay with FAILBACK_SEED={Seed})";
}
