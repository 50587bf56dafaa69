using Failback.Contracts.Words;
using Failback.Control.Api;
using Failback.Control.Fleet;
using Failback.Control.Registry;

namespace Failback.Control.Continuity;

/// <summary>
/// Makes queues, and none for the second time: a queue that was there and is gone held rows that were answered 200, and an empty one in
/// its place would let the next resolved timestamp pass over them.
/// </summary>
internal sealed class QueueContinuity(FailbackStore store, TableQueues queues)
{
    /// <summary>Declares the queues of tables that are new, and refuses where others are lost.</summary>
    /// <exception cref="ApiException">A queue that was there is gone, or the broker does not answer.</exception>
    public async Task DeclareAsync(FailbackRecord failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        string[] all = [.. tables, failback.UnknownTableQueue];
        await RequireAsync(failback, all, cancellationToken);
        store.RememberQueues(failback.Name, all);
        await queues.DeclareAsync(tables, failback.UnknownTableQueue, cancellationToken);
        store.ConfirmQueues(failback.Name, all);
    }

    /// <summary>Refuses where a queue of the failback is lost.</summary>
    /// <exception cref="ApiException">A queue that was there is gone, or the broker does not answer.</exception>
    public Task RequireAsync(FailbackRecord failback, CancellationToken cancellationToken) =>
        RequireAsync(failback, [.. failback.Tables.Select(table => table.Queue), failback.UnknownTableQueue], cancellationToken);

    private async Task RequireAsync(FailbackRecord failback, IReadOnlyList<string> wanted, CancellationToken cancellationToken)
    {
        string[] confirmed = [.. store.ConfirmedQueues(failback.Name).Intersect(wanted, StringComparer.Ordinal)];
        if (confirmed.Length == 0) return;
        IReadOnlyList<string> missing = await queues.MissingAsync(confirmed, cancellationToken);
        if (missing.Count == 0) return;
        throw new ApiException(
            409,
            ContinuityCodes.Broken,
            $"queues that were declared are gone, and with them rows that were answered 200: {string.Join(", ", missing)}",
            $"pause the failback, then failback rewind {failback.Name}: queues and feed are made anew from where the target is");
    }
}
