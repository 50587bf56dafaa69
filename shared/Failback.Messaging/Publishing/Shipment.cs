using Failback.Contracts;

namespace Failback.Messaging.Publishing;

/// <summary>What one request has for one queue: rows in request order, or a resolved timestamp.</summary>
internal sealed class Shipment
{
    private readonly TaskCompletionSource<PublishResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SharedBody? _body;
    private int _finished;

    internal Shipment(IReadOnlyList<RowSlice> rows, SharedBody body, string? topic)
    {
        Rows = rows;
        Topic = topic;
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
    internal int Next { get; set; }

    internal bool IsWritten => Next >= Rows.Count;

    internal ReadOnlyMemory<byte> Body => _body!.Memory;

    /// <summary>Set, once, to how it ended for the request; the lane may still hold the body then.</summary>
    internal Task<PublishResult> Completion => _completion.Task;

    internal bool IsAnswered => _completion.Task.IsCompleted;

    /// <summary>The request gives up; rows that are not in a message yet stay out of the queue.</summary>
    internal void Withdraw() => _completion.TrySetResult(PublishResult.Unavailable("the broker did not confirm in time"));

    /// <summary>The lane is done with it and never looks at the body again.</summary>
    internal void Finish(PublishResult result)
    {
        if (Interlocked.Exchange(ref _finished, 1) != 0) return;
        _completion.TrySetResult(result);
        _body?.Release();
    }
}
