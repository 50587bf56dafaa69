using Failback.Sink.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Sink.Bodies;

/// <summary>Bounds the bytes of all bodies in memory. Requests get their share in the order of arrival.</summary>
internal sealed class BodyBudget(IOptions<SinkOptions> options)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Granted)> _waiting = new();
    private long _free = options.Value.MaxBufferedBytes;

    /// <summary>Bytes not taken.</summary>
    internal long Free
    {
        get
        {
            lock (_gate) return _free;
        }
    }

    /// <summary>Waits for so many bytes.</summary>
    /// <exception cref="OperationCanceledException">They did not become free in time.</exception>
    internal async Task TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        LinkedListNode<(long Bytes, TaskCompletionSource Granted)> node;
        lock (_gate)
        {
            if (_waiting.Count == 0 && _free >= bytes)
            {
                _free -= bytes;
                return;
            }

            node = _waiting.AddLast((bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            _ => Leave(node, cancellationToken), null);
        await node.Value.Granted.Task;
    }

    /// <summary>
    /// Takes more for a body that turned out longer; never waits, because two that wait for each other would wait for ever.
    /// </summary>
    internal bool TryTake(long bytes)
    {
        lock (_gate)
        {
            if (_free < bytes) return false;
            _free -= bytes;
            return true;
        }
    }

    internal void Return(long bytes)
    {
        lock (_gate)
        {
            _free += bytes;
            Grant();
        }
    }

    private void Leave(LinkedListNode<(long Bytes, TaskCompletionSource Granted)> node, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (node.List is null) return;
            _waiting.Remove(node);
            Grant();
        }

        node.Value.Granted.TrySetCanceled(cancellationToken);
    }

    private void Grant()
    {
        while (_waiting.First is { } first && _free >= first.Value.Bytes)
        {
            _waiting.RemoveFirst();
            _free -= first.Value.Bytes;
            first.Value.Granted.TrySetResult();
        }
    }
}
