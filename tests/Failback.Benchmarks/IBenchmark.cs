namespace Failback.Benchmarks;

/// <summary>One subject that is measured, on servers that the environment names as it does for tests.</summary>
public interface IBenchmark
{
    /// <summary>Selects it on the command line.</summary>
    string Name { get; }

    /// <summary>What is measured, in a sentence.</summary>
    string Description { get; }

    /// <summary>Part of a quick run in which nothing is named, which has to stay short.</summary>
    bool IsQuick => true;

    /// <summary>Measures; a line per figure.</summary>
    Task<IReadOnlyList<Measurement>> RunAsync(BenchmarkScale scale, CancellationToken cancellationToken);
}

/// <summary>How much is done.</summary>
/// <param name="Runs">Interleaved runs of which the median counts.</param>
/// <param name="Part">Part of the full amount of rows or time, up to 1.</param>
public sealed record BenchmarkScale(int Runs, double Part)
{
    /// <summary>So many rows at full scale.</summary>
    public int Of(int rows) => Math.Max(1, (int)(rows * Part));
}
