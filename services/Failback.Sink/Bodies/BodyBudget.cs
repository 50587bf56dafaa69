using Failback.Sink.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Sink.Bodies;

/// <summary>
/// Bounds the bytes of all request bodies in memory (<see cref="SinkOptions.MaxBufferedBytes"/>). Requests are served in the order
/// of arrival.
/// </summary>
internal sealed class BodyBudget(IOptions<SinkOptions> options)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Granted)> _waiting = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Granted)> _growing = new();
    private long _free = options.Value.MaxBufferedBytes;
    private int _bodies;

    /// <summary>Bytes that are not reserved.</summary>
    internal long Free
    {
        get
        {
            lock (_gate) return _free;
        }
    }

    /// <summary>Waits until the first <paramref name="bytes"/> of a body are reserved; <see cref="End"/> gives all of them back.</summary>
    /// <exception cref="OperationCanceledException">The budget was not free in time.</exception>
    internal async Task TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        LinkedListNode<(long Bytes, TaskCompletionSource Granted)> node;
        lock (_gate)
        {
            // Nothing overtakes the queue: small requests would otherwise starve a large one for ever.
            if (_waiting.Count == 0 && _free >= bytes)
            {
                _free -= bytes;
                _bodies++;
                return;
            }

            node = _waiting.AddLast((bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            _ => Leave(node, cancellationToken), null);
        await node.Value.Granted.Task;
    }

    /// <summary>
    /// Reserves more for a body of which more has arrived. It waits only while some other body does not wait for more itself and will
    /// therefore end: bodies that all wait for each other's bytes would never finish. Returns false otherwise.
    /// </summary>
    /// <exception cref="OperationCanceledException">The budget was not free in time.</exception>
    internal async ValueTask<bool> GrowAsync(long bytes, CancellationToken cancellationToken)
    {
        LinkedListNode<(long Bytes, TaskCompletionSource Granted)> node;
        lock (_gate)
        {
            if (_growing.Count == 0 && _free >= bytes)
            {
                _free -= bytes;
                return true;
            }

            if (_growing.Count + 1 >= _bodies) return false;
            node = _growing.AddLast((bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            _ => Leave(node, cancellationToken), null);
        await node.Value.Granted.Task;
        return true;
    }

    /// <summary>Reserves more without waiting.</summary>
    internal bool TryTake(long bytes)
    {
        lock (_gate)
        {
            if (_free < bytes) return false;
            _free -= bytes;
            return true;
        }
    }

    /// <summary>Gives bytes back and serves the requests that wait.</summary>
    internal void Return(long bytes)
    {
        lock (_gate)
        {
            _free += bytes;
            Grant();
        }
    }

    /// <summary>Gives the bytes of a body back that <see cref="TakeAsync"/> began.</summary>
    internal void End(long bytes)
    {
        lock (_gate)
        {
            _bodies--;
            Return(bytes);
        }
    }

    private void Leave(LinkedListNode<(long Bytes, TaskCompletionSource Granted)> node, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // The bytes were granted before the cancellation arrived: the caller owns them and returns them itself.
            if (node.List is null) return;
            // The next request may need less than the one that leaves, so the queue is looked at again.
            node.List.Remove(node);
            Grant();
        }

        node.Value.Granted.TrySetCanceled(cancellationToken);
    }

    private void Grant()
    {
        // Bodies that have begun come first: each that ends gives bytes back.
        while (_growing.First is { } grown && _free >= grown.Value.Bytes)
        {
            _growing.RemoveFirst();
            _free -= grown.Value.Bytes;
            grown.Value.Granted.TrySetResult();
        }

        while (_growing.Count == 0 && _waiting.First is { } first && _free >= first.Value.Bytes)
        {
            _waiting.RemoveFirst();
            _free -= first.Value.Bytes;
            _bodies++;
            first.Value.Granted.TrySetResult();
        }
    }
}
