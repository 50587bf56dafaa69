using Failback.Benchmarks.Targets;

namespace Failback.Benchmarks.Replication;

/// <summary>A product's own replication from another local server, as a peer of the applier.</summary>
internal interface IReplication : IAsyncDisposable
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>
    /// Rows per second that replication applies to a fresh target: the same rows, half of them there already, written at the source before
    /// in transactions of ten thousand.
    /// </summary>
    Task<double> ApplyAsync(IWideTarget target, int rows, CancellationToken cancellationToken);
}
