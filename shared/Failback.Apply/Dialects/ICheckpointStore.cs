using System.Data.Common;
using Failback.Apply.Staging;
using Failback.Contracts;

namespace Failback.Apply.Dialects;

/// <summary>
/// Checkpoint and fence, publisher positions, row versions and members in the staging schema. One implementation per dialect. Methods that
/// take a transaction take part in it; the others commit by themselves.
/// </summary>
public interface ICheckpointStore
{
    /// <summary>
    /// Creates schema and tables, those of <see cref="ILetterStore"/> too, where they are missing. Several replicas may do it at once.
    /// </summary>
    Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>
    /// Adds checkpoint rows for tables that have none, each with a random lineage, and gives rows of an earlier build one; forgets
    /// positions of publishers that were silent for thirty days while others of the same table were heard of.
    /// </summary>
    Task RegisterAsync(DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Records a heartbeat and returns the replicas seen within <paramref name="lifetime"/>, by the database's clock.</summary>
    Task<IReadOnlyList<string>> BeatAsync(DbConnection connection, string replica, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Forgets the replica, which leaves in good order.</summary>
    Task LeaveAsync(DbConnection connection, string replica, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the tables and returns their checkpoints: raises the epoch, so that their former owner can commit nothing more.
    /// </summary>
    Task<IReadOnlyList<TableCheckpoint>> TakeOverAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, string replica, CancellationToken cancellationToken);

    /// <summary>Gives up what a session keeps of an owner of the tables between two transactions; most keep nothing.</summary>
    Task LetGoAsync(DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>Returns the checkpoints of all tables of a failback without locking them.</summary>
    Task<IReadOnlyList<TableCheckpoint>> ReadAsync(DbConnection connection, string failback, CancellationToken cancellationToken);

    /// <summary>Locks the checkpoints of the tables to the end of the transaction and returns them.</summary>
    Task<IReadOnlyList<TableCheckpoint>> LockAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Moves locked checkpoints.</summary>
    Task AdvanceAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableAdvance> advances, CancellationToken cancellationToken);

    /// <summary>
    /// Sets locked checkpoints, raises their epoch, so that no owner of before can commit, and forgets the publishers of their tables.
    /// </summary>
    Task RewindAsync(DbTransaction transaction, string failback, IReadOnlyList<TableRewind> rewinds, CancellationToken cancellationToken);

    /// <summary>Stores what rows have shown about the keys of a table whose checkpoint is locked.</summary>
    Task SaveKeyOrderAsync(
        DbTransaction transaction, string failback, string table, string order, CancellationToken cancellationToken);

    /// <summary>Adds to the counters of locked checkpoints without moving them.</summary>
    Task CountAsync(
        DbTransaction transaction, string failback, IReadOnlyList<(string Table, Counters Added)> counts,
        CancellationToken cancellationToken);

    /// <summary>Returns the positions of all publishers of the tables.</summary>
    Task<IReadOnlyList<PublisherPosition>> ReadPositionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Stores positions.</summary>
    Task SavePositionsAsync(
        DbTransaction transaction, string failback, IReadOnlyList<PublisherPosition> positions, CancellationToken cancellationToken);

    /// <summary>Returns the versions of the given rows that were applied ahead of the resolved timestamp.</summary>
    Task<IReadOnlyList<RowVersion>> ReadVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken);

    /// <summary>Stores versions of rows that were applied ahead of the resolved timestamp.</summary>
    Task SaveVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> versions, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets versions at or before <paramref name="resolved"/>, at most <paramref name="most"/> of them: the checkpoint itself refuses
    /// what is older, so that those which are left do no harm.
    /// </summary>
    /// <returns>How many were forgotten.</returns>
    Task<int> PruneVersionsAsync(
        DbTransaction transaction, string failback, string table, HlcTimestamp resolved, int most, CancellationToken cancellationToken);

    /// <summary>Returns the highest stored version per table; tables without any are left out. Reads all of them once.</summary>
    Task<IReadOnlyDictionary<string, HlcTimestamp>> HighestVersionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken);
}
