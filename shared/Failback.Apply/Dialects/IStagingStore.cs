using System.Data.Common;
using Failback.Apply.Staging;
using Failback.Contracts;

namespace Failback.Apply.Dialects;

/// <summary>
/// Our own tables in the target: checkpoint and fence, publisher positions, row versions, letters and members. One implementation
/// per dialect. Methods that take a transaction take part in it; the others commit by themselves.
/// </summary>
public interface IStagingStore
{
    /// <summary>Creates schema and tables where they are missing. Several replicas may do it at once.</summary>
    Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>
    /// Adds checkpoint rows for tables that have none; forgets positions of publishers that were silent while others were heard of for
    /// thirty days.
    /// </summary>
    Task RegisterAsync(DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>
    /// Records a heartbeat and returns the replicas seen within <paramref name="lifetime"/>, by the database's clock.
    /// </summary>
    Task<IReadOnlyList<string>> BeatAsync(DbConnection connection, string replica, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>The replica leaves in good order.</summary>
    Task LeaveAsync(DbConnection connection, string replica, CancellationToken cancellationToken);

    /// <summary>Takes the tables: raises their epoch, so that their former owner can commit nothing more.</summary>
    Task<IReadOnlyList<TableCheckpoint>> TakeOverAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, string replica, CancellationToken cancellationToken);

    /// <summary>Checkpoints of all tables of a failback, for looking only.</summary>
    Task<IReadOnlyList<TableCheckpoint>> ReadAsync(DbConnection connection, string failback, CancellationToken cancellationToken);

    /// <summary>Locks the checkpoints of the tables until the end of the transaction and returns them.</summary>
    Task<IReadOnlyList<TableCheckpoint>> LockAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Moves locked checkpoints.</summary>
    Task AdvanceAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableAdvance> advances, CancellationToken cancellationToken);

    /// <summary>Adds to the counters of locked checkpoints without moving them.</summary>
    Task CountAsync(
        DbTransaction transaction, string failback, IReadOnlyList<(string Table, Counters Added)> counts,
        CancellationToken cancellationToken);

    Task<IReadOnlyList<PublisherPosition>> ReadPositionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Stores positions.</summary>
    Task SavePositionsAsync(
        DbTransaction transaction, string failback, IReadOnlyList<PublisherPosition> positions, CancellationToken cancellationToken);

    /// <summary>Versions of the given rows that were applied ahead of the resolved timestamp.</summary>
    Task<IReadOnlyList<RowVersion>> ReadVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken);

    Task SaveVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> versions, CancellationToken cancellationToken);

    /// <summary>Forgets versions at or before <paramref name="resolved"/>: whatever is older is refused by the checkpoint itself.</summary>
    Task PruneVersionsAsync(
        DbTransaction transaction, string failback, string table, HlcTimestamp resolved, CancellationToken cancellationToken);

    /// <summary>Highest stored version per table; tables without any are left out.</summary>
    Task<IReadOnlyDictionary<string, HlcTimestamp>> HighestVersionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Stores letters; a letter of the same row and version that is there already is replaced.</summary>
    Task<IReadOnlyList<(string Table, LetterState State)>> AddLettersAsync(
        DbTransaction transaction, string failback, IReadOnlyList<Letter> letters, CancellationToken cancellationToken);

    /// <summary>
    /// Settles letters of the given rows that are older than the version just applied; answers how many of them had waited and how
    /// many had been dead letters.
    /// </summary>
    Task<(long Waiting, long Open)> SupersedeLettersAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> applied, CancellationToken cancellationToken);

    /// <summary>Waiting letters of the tables, oldest version first.</summary>
    Task<IReadOnlyList<Letter>> ReadWaitingAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken);

    /// <summary>Changes the state of letters and counts an attempt.</summary>
    Task SettleLettersAsync(DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, CancellationToken cancellationToken);

    /// <summary>What holds the watermark of the tables; tables that nothing holds are left out.</summary>
    Task<IReadOnlyList<OpenLetters>> ReadOpenAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken);
}
