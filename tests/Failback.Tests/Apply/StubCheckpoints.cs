using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts;

namespace Failback.Tests.Apply;

/// <summary>A staging schema that writes down what it is asked; whatever reads rows is not there.</summary>
internal sealed class StubCheckpoints : ICheckpointStore
{
    /// <summary>Calls in their order, with what matters of them.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Added to counters, by table.</summary>
    public List<(string Table, Counters Added)> Counted { get; } = [];

    /// <summary>Tables that were taken over.</summary>
    private IReadOnlyList<TableCheckpoint> _taken = [];

    /// <summary>What the next call fails with.</summary>
    public Exception? Failure { get; set; }

    public Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken) => Note("ensure");

    public Task RegisterAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        Note("register " + string.Join(' ', tables));

    public Task SaveKeyOrderAsync(
        DbTransaction transaction, string failback, string table, string order, CancellationToken cancellationToken) =>
        Note($"key order {table} {order}");

    public async Task<IReadOnlyList<string>> BeatAsync(
        DbConnection connection, string replica, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await Note($"beat {replica} {lifetime.TotalSeconds}");
        return [replica, "other"];
    }

    public Task LeaveAsync(DbConnection connection, string replica, CancellationToken cancellationToken) => Note($"leave {replica}");

    public async Task<IReadOnlyList<TableCheckpoint>> TakeOverAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, string replica, CancellationToken cancellationToken)
    {
        await Note("take over");
        return _taken = [.. tables.Select(t => new TableCheckpoint(t, default, 1, 0, false, default))];
    }

    public Task<IReadOnlyList<TableCheckpoint>> ReadAsync(DbConnection connection, string failback, CancellationToken cancellationToken) =>
        Task.FromResult(_taken);

    public async Task<IReadOnlyList<TableCheckpoint>> LockAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await Note("lock " + string.Join(' ', tables));
        return [.. _taken.Where(c => tables.Contains(c.Table))];
    }

    public Task AdvanceAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableAdvance> advances, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task RewindAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableRewind> rewinds, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task CountAsync(
        DbTransaction transaction, string failback, IReadOnlyList<(string Table, Counters Added)> counts,
        CancellationToken cancellationToken)
    {
        Counted.AddRange(counts);
        return Note("count");
    }

    public Task<IReadOnlyList<PublisherPosition>> ReadPositionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        None<PublisherPosition>();

    public Task SavePositionsAsync(
        DbTransaction transaction, string failback, IReadOnlyList<PublisherPosition> positions, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<RowVersion>> ReadVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken) =>
        None<RowVersion>();

    public Task SaveVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> versions,
        CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> PruneVersionsAsync(
        DbTransaction transaction, string failback, string table, HlcTimestamp resolved, int most, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyDictionary<string, HlcTimestamp>> HighestVersionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, HlcTimestamp>>(new Dictionary<string, HlcTimestamp>(StringComparer.Ordinal));

    private static Task<IReadOnlyList<T>> None<T>() => Task.FromResult<IReadOnlyList<T>>([]);

    private Task Note(string call)
    {
        Calls.Add(call);
        (Exception? failure, Failure) = (Failure, null);
        return failure is null ? Task.CompletedTask : Task.FromException(failure);
    }
}
