using Failback.Contracts;

namespace Failback.Messaging.Publishing;

/// <summary>What one request has for one queue: rows in request order, or a resolved timestamp.</summary>
internal sealed class Shipment
{
    private readonly TaskCompletionSource<PublishResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SharedBody? _body;

    /// <summary>Messages with something of it whose end is open; and one more until all of it is in messages.</summary>
    private int _open = 1;

    internal Shipment(IReadOnlyList<RowSlice> rows, SharedBody body, string? topic)
    {
        Rows = rows;
        Topic = topic;
        foreach (RowSlice row in rows) Waiting += row.FrameBytes;
        _body = body;
        body.Hold();
    }

    internal Shipment(HlcTimestamp resolved)
    {
        Rows = [];
        Resolved = resolved;
    }

    internal IReadOnlyList<RowSlice> Rows { get; }

    internal HlcTimestamp? Resolved { get; }

    /// <summary>Topic to put beside the rows; only for the queue of unknown tables.</summary>
    internal string? Topic { get; }

    /// <summary>First row that is in no message yet; only the lane moves it.</summary>
    internal int Next { get; private set; }

    /// <summary>Bytes of the rows that are in no message yet.</summary>
    internal long Waiting { get; private set; }

    internal bool IsWritten => Next >= Rows.Count;

    internal ReadOnlyMemory<byte> Body => _body!.Memory;

    /// <summary>Set, once, to how it ended for the request; the lane may still hold the body then.</summary>
    internal Task<PublishResult> Completion => _completion.Task;

    internal bool IsAnswered => _completion.Task.IsCompleted;

    /// <summary>The request gives up; rows that are not in a message yet stay out of the queue.</summary>
    internal void Withdraw() => _completion.TrySetResult(PublishResult.Unavailable("the broker did not confirm in time"));

    /// <summary>The next row, which goes into a message now.</summary>
    internal RowSlice Take()
    {
        RowSlice row = Rows[Next++];
        Waiting -= row.FrameBytes;
        return row;
    }

    /// <summary>A message has something of it; <see cref="Settle"/> tells how that ended.</summary>
    internal void Join() => Interlocked.Increment(ref _open);

    /// <summary>A message ended.</summary>
    internal void Settle(PublishResult result)
    {
        if (!result.IsConfirmed) _completion.TrySetResult(result);
        if (Interlocked.Decrement(ref _open) == 0) _completion.TrySetResult(PublishResult.Confirmed);
    }

    /// <summary>
    /// The lane is done with it, once, and never looks at the body again: everything is in messages, or the rest never will be.
    /// </summary>
    internal void Leave(PublishResult result)
    {
        _body?.Release();
        Settle(result);
    }
}
