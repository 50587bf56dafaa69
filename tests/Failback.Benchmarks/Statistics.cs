namespace Failback.Benchmarks;

/// <summary>Order statistics of small samples.</summary>
public static class Statistics
{
    public static double Median(IEnumerable<double> values) => Percentile([.. values.Order()], 0.5);

    /// <summary>Nearest rank in a sorted sample.</summary>
    public static double Percentile(IReadOnlyList<double> sorted, double part) =>
        sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Count) - 1, 0, sorted.Count - 1)];
}
