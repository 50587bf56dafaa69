using Failback.Contracts;
using Failback.Testing.Processes;

namespace Failback.Benchmarks.Targets;

/// <summary>
/// A fresh database of some product with tables of <see cref="Pipeline.WideRow"/>, as the applier's target and for programs that write by
/// hand.
/// </summary>
internal interface IWideTarget : IAsyncDisposable
{
    ITestDatabase Database { get; }

    /// <summary>Schema of the tables, as a definition filters it.</summary>
    string Schema { get; }

    /// <summary>Ways in which a program would write the rows, by name: ids from, count; a transaction per call.</summary>
    IReadOnlyList<(string Name, Func<long, long, CancellationToken, Task> UpsertAsync)> Ways { get; }

    Task CreateTablesAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Every second row of so many is there.</summary>
    Task PreloadAsync(long keys, CancellationToken cancellationToken);

    /// <summary>True when all tables are applied through a version.</summary>
    Task<bool> IsAppliedAsync(HlcTimestamp through, int tables, CancellationToken cancellationToken);

    /// <summary>True when the row is there.</summary>
    Task<bool> HasRowAsync(long id, CancellationToken cancellationToken);
}
