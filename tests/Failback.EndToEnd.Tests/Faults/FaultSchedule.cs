namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// What goes wrong during a run, drawn from a seed: two lanes, one for the processes and one for servers and connections, each with one
/// fault after the other. The same seed makes the same schedule; how it meets the traffic differs from run to run.
/// </summary>
public sealed class FaultSchedule
{
    private const FaultKind LastProcessFault = FaultKind.ReplicaLeaves;
    private readonly IReadOnlyList<Fault>[] _lanes;

    private FaultSchedule(IReadOnlyList<Fault>[] lanes) => _lanes = lanes;

    /// <param name="random">Every choice comes from it.</param>
    /// <param name="duration">Faults begin within it.</param>
    /// <param name="kinds">Which there may be; default: all.</param>
    public static FaultSchedule Next(Random random, TimeSpan duration, IReadOnlyList<FaultKind>? kinds = null)
    {
        kinds = kinds is { Count: > 0 } ? kinds : Enum.GetValues<FaultKind>();
        return new FaultSchedule([
            Lane(random, duration, [.. kinds.Where(k => k <= LastProcessFault)]),
            Lane(random, duration, [.. kinds.Where(k => k > LastProcessFault)]),
        ]);
    }

    /// <summary>How many faults there are.</summary>
    public int Count => _lanes.Sum(l => l.Count);

    /// <summary>Does it all; every fault is mended before the end, also when cancelled.</summary>
    public Task RunAsync(FaultedStack stack, CancellationToken cancellationToken) =>
        Task.WhenAll(_lanes.Select(lane => RunAsync(stack, lane, cancellationToken)));

    public override string ToString() => string.Join('\n', _lanes.Select((lane, i) => $"lane {i}: {string.Join(", ", lane)}"));

    private static List<Fault> Lane(Random random, TimeSpan duration, FaultKind[] kinds)
    {
        List<Fault> faults = [];
        for (TimeSpan at = default; kinds.Length > 0;)
        {
            var fault = new Fault(
                kinds[random.Next(kinds.Length)], Milliseconds(random, 300, 2_500), Milliseconds(random, 100, 4_000), random.Next(100));
            at += fault.After;
            if (at > duration) break;
            faults.Add(fault);
            at += fault.Lasts;
        }

        return faults;
    }

    private static TimeSpan Milliseconds(Random random, int from, int to) => TimeSpan.FromMilliseconds(random.Next(from, to));

    private static async Task RunAsync(FaultedStack stack, IReadOnlyList<Fault> lane, CancellationToken cancellationToken)
    {
        foreach (Fault fault in lane)
        {
            if (!await LastsAsync(fault.After, cancellationToken)) return;
            try
            {
                await stack.BreakAsync(fault);
                await LastsAsync(fault.Lasts, cancellationToken);
            }
            finally
            {
                await stack.MendAsync(fault);
            }
        }
    }

    private static async Task<bool> LastsAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await Task.Delay(time, cancellationToken)
            .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return !cancellationToken.IsCancellationRequested;
    }
}
