using System.Data.Common;
using Failback.Contracts.Control;
using Failback.Control.Changefeeds;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Storage;

namespace Failback.Control.Status;

/// <summary>
/// The latest <see cref="StatusSnapshot"/>, read by the API, by the streams of events and by the recorder of events. However many
/// read it, the state is read once a second and after each change.
/// </summary>
internal sealed class StatusBoard(
    FailbackStore store, FeedStore feeds, ProgressBoard progress, StatusReading reading, ControlDatabase database, TimeProvider time)
    : IDisposable
{
    /// <summary>Age from which a snapshot counts as out of date, because its process stood still or the state could not be read.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Published _published = new(StatusSnapshot.None);

    /// <summary>The snapshot that was computed last; see <see cref="IsFresh"/>.</summary>
    public StatusSnapshot Latest => _published.Snapshot;

    /// <summary>Returns false for a snapshot that is out of date, or that could not be replaced because the state cannot be read.</summary>
    public bool IsFresh(StatusSnapshot snapshot) => snapshot.IsKnown && time.GetElapsedTime(snapshot.Stamp) < FreshFor;

    /// <summary>Returns a snapshot that shows everything that any control has stored before the call.</summary>
    /// <exception cref="DbException">The state cannot be read.</exception>
    public async Task<StatusSnapshot> CurrentAsync(CancellationToken cancellationToken)
    {
        long changes = database.Changes.Count;
        long revision = store.LastRevision();
        StatusSnapshot latest = _published.Snapshot;
        if (IsFresh(latest) && latest.Changes >= changes && latest.Revision == revision) return latest;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // Another caller may have waited for the same.
            latest = _published.Snapshot;
            return IsFresh(latest) && latest.Changes >= changes && latest.Revision >= revision ? latest : Compute();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Returns the failback in a current snapshot.</summary>
    /// <exception cref="Api.ApiException">There is none (404), or it is being deleted.</exception>
    public async Task<FailbackStatus> RequireAsync(string name, CancellationToken cancellationToken) =>
        (await CurrentAsync(cancellationToken)).Find(name) ?? throw FailbackStore.NotFound(name);

    /// <summary>Computes a snapshot and shows it to all readers.</summary>
    /// <exception cref="DbException">The state cannot be read; the snapshot says so from now on.</exception>
    public async Task<StatusSnapshot> RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return Compute();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits for the snapshot that replaces another.</summary>
    public async Task<StatusSnapshot> AfterAsync(StatusSnapshot seen, CancellationToken cancellationToken)
    {
        Published published = _published;
        if (ReferenceEquals(published.Snapshot, seen)) await published.Replaced.Task.WaitAsync(cancellationToken);
        return _published.Snapshot;
    }

    /// <summary>Returns the status of a failback as a command has just stored it.</summary>
    public FailbackStatus Of(FailbackRecord failback) =>
        reading.Of(failback, StatusReading.IsManaged(failback) ? feeds.Find(failback.Name) : null, time.GetUtcNow());

    public void Dispose() => _turn.Dispose();

    // One at a time: a snapshot that was read earlier never replaces a later one.
    private StatusSnapshot Compute()
    {
        try
        {
            (long stamp, long changes, DateTimeOffset now) = (time.GetTimestamp(), database.Changes.Count, time.GetUtcNow());
            (IReadOnlyList<FailbackRecord> stored, long revision) = store.All();
            FailbackRecord[] all = [.. stored.Where(failback => failback.State != RunState.Deleted)];
            reading.Keep(all.Select(failback => failback.Name).ToHashSet(StringComparer.Ordinal));
            progress.Keep(all.Select(failback => (failback.Name, failback.Generation + failback.StagingSchema)));
            IReadOnlyDictionary<string, ManagedFeed> made = all.Any(StatusReading.IsManaged)
                ? feeds.All()
                : new Dictionary<string, ManagedFeed>(StringComparer.Ordinal);
            return Publish(StatusSnapshot.Of(all.Select(failback => reading.Of(failback, made.GetValueOrDefault(failback.Name), now))) with
            {
                ComputedAt = now,
                Stamp = stamp,
                Revision = revision,
                Changes = changes,
            });
        }
        catch (DbException e)
        {
            Publish(_published.Snapshot with { Failure = e.GetType().Name });
            throw;
        }
    }

    private StatusSnapshot Publish(StatusSnapshot snapshot)
    {
        Published before = _published;
        _published = new Published(snapshot);
        before.Replaced.SetResult();
        return snapshot;
    }

    private sealed class Published(StatusSnapshot snapshot)
    {
        public StatusSnapshot Snapshot { get; } = snapshot;

        public TaskCompletionSource Replaced { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
