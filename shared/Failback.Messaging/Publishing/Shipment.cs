using Failback.Contracts;
using Failback.Hosting.Telemetry;

namespace Failback.Messaging.Publishing;

/// <summary>The part of one request that goes to one queue: rows in request order, or a resolved timestamp.</summary>
internal sealed class Shipment
{
    private readonly TaskCompletionSource<PublishResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SharedBody? _body;

    /// <summary>Unsettled messages that hold rows of the shipment, plus one until all its rows are in messages.</summary>
    private int _open = 1;

    internal Shipment(IReadOnlyList<RowSlice> rows, SharedBody body, string? topic)
    {
        Rows = rows;
        Topic = topic;
        foreach (RowSlice row in rows) Waiting += row.FrameBytes;
        _body = body;
        Trace = FailbackTraces.CurrentId;
        // Released in Leave: the lane may still copy rows after the request has been answered and has released its own hold.
        body.Hold();
    }

    internal Shipment(HlcTimestamp resolved)
    {
        Rows = [];
        Resolved = resolved;
    }

    internal IReadOnlyList<RowSlice> Rows { get; }

    internal HlcTimestamp? Resolved { get; }

    /// <summary>Topic that is sent with the rows; only for the queue of unknown tables.</summary>
    internal string? Topic { get; }

    /// <summary>First row that is in no message yet; only the lane moves it.</summary>
    internal int Next { get; private set; }

    /// <summary>Bytes of the rows that are in no message yet.</summary>
    internal long Waiting { get; private set; }

    /// <summary>Where the request stands in its trace, as <c>traceparent</c>; null: it is not recorded.</summary>
    internal string? Trace { get; }

    internal bool IsWritten => Next >= Rows.Count;

    internal ReadOnlyMemory<byte> Body => _body!.Memory;

    /// <summary>The outcome for the request, set once; the lane may still hold the body then.</summary>
    internal Task<PublishResult> Completion => _completion.Task;

    internal bool IsAnswered => _completion.Task.IsCompleted;

    /// <summary>Gives the shipment up: rows that are in no message yet stay out of the queue.</summary>
    internal void Withdraw() => _completion.TrySetResult(PublishResult.Unavailable("the broker did not confirm in time"));

    /// <summary>Returns the next row, which goes into a message now.</summary>
    internal RowSlice Take()
    {
        RowSlice row = Rows[Next++];
        Waiting -= row.FrameBytes;
        return row;
    }

    /// <summary>Counts a message that holds rows of the shipment; <see cref="Settle"/> reports how it ended.</summary>
    internal void Join() => Interlocked.Increment(ref _open);

    /// <summary>Records how a message ended. The shipment is confirmed when all its messages are; the first failure counts.</summary>
    internal void Settle(PublishResult result)
    {
        if (!result.IsConfirmed) _completion.TrySetResult(result);
        if (Interlocked.Decrement(ref _open) == 0) _completion.TrySetResult(PublishResult.Confirmed);
    }

    /// <summary>
    /// Called once when the lane is finished with the shipment: all rows are in messages, or the rest never will be. The lane does
    /// not read the body afterwards.
    /// </summary>
    internal void Leave(PublishResult result)
    {
        _body?.Release();
        Settle(result);
    }
}
