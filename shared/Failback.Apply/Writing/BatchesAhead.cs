using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// Reads rows out of their messages and converts the next batch while the database works on the present one. One batch ahead, no more: memory
/// stays bounded. Whatever the making of a batch touches is left alone by the statements, and the faults it finds are handed over with the batch.
/// </summary>
/// <param name="builder">Makes the batches.</param>
/// <param name="changes">Rows to be written.</param>
/// <param name="prepare">Converts the values of a batch.</param>
internal sealed class BatchesAhead(BatchBuilder builder, TableChanges changes, Action<RowBatch> prepare) : IAsyncDisposable
{
    /// <summary>Of fewer rows no batch is made ahead: another thread would cost more, and few rows to a batch may be very large ones.</summary>
    private const int WorthAThread = 500;

    private readonly List<(RowChange Change, Failure Failure)> faults = [];
    private IEnumerator<RowBatch>? batches;
    private Task<RowBatch?>? next;

    /// <summary>The next batch, null after the last; rows that cannot be read are reported to <paramref name="refuse"/> first.</summary>
    /// <exception cref="KeyMapChangedException">A row showed that the key map was wrong.</exception>
    public async Task<RowBatch?> TakeAsync(Action<RowChange, Failure> refuse)
    {
        RowBatch? batch = next is null ? Make() : await next;
        foreach ((RowChange change, Failure failure) in faults) refuse(change, failure);
        faults.Clear();
        bool more = batch is not null && changes.Upserts.Count >= WorthAThread;
        next = more ? Task.Run(Make) : null;
        return batch;
    }

    /// <summary>Waits for the batch under way: it reads rows that the caller may be about to let go.</summary>
    public async ValueTask DisposeAsync()
    {
        if (next is not null) await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        batches?.Dispose();
    }

    private RowBatch? Make()
    {
        batches ??= builder.Upserts(changes, (change, failure) => faults.Add((change, failure))).GetEnumerator();
        if (!batches.MoveNext()) return null;
        prepare(batches.Current);
        return batches.Current;
    }
}
