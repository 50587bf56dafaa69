using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// Reads rows out of their messages and converts the next batch while the database works on the present one. One batch ahead, no more:
/// memory stays bounded. Whatever the making of a batch touches is left alone by the statements, and the faults it finds are handed over
/// with the batch.
/// </summary>
/// <param name="builder">Makes the batches.</param>
/// <param name="changes">Rows to be written.</param>
/// <param name="prepare">Converts the values of a batch.</param>
internal sealed class BatchesAhead(BatchBuilder builder, TableChanges changes, Action<RowBatch> prepare) : IAsyncDisposable
{
    /// <summary>
    /// Of fewer rows no batch is made ahead: another thread would cost more, and few rows to a batch may be very large ones.
    /// </summary>
    private const int WorthAThread = 500;

    private readonly List<(RowChange Change, Failure Failure)> _faults = [];
    private IEnumerator<RowBatch>? _batches;
    private Task<RowBatch?>? _next;

    /// <summary>The next batch, null after the last; rows that cannot be read are reported to <paramref name="refuse"/> first.</summary>
    public async Task<RowBatch?> TakeAsync(Action<RowChange, Failure> refuse)
    {
        RowBatch? batch = _next is null ? Make() : await _next;
        foreach ((RowChange change, Failure failure) in _faults) refuse(change, failure);
        _faults.Clear();
        bool more = batch is not null && changes.Upserts.Count >= WorthAThread;
        _next = more ? Task.Run(Make) : null;
        return batch;
    }

    /// <summary>Waits for the batch under way: it reads rows that the caller may be about to let go.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_next is not null) await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _batches?.Dispose();
    }

    private RowBatch? Make()
    {
        _batches ??= builder.Upserts(changes, (change, failure) => _faults.Add((change, failure))).GetEnumerator();
        if (!_batches.MoveNext()) return null;
        prepare(_batches.Current);
        return _batches.Current;
    }
}
