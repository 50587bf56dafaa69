using System.Data.Common;
using Failback.Apply.Staging;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Apply.Dialects;

/// <summary>
/// The letters of a staging schema, as the owner of their tables keeps them and as an operator sees and settles them. All statements on the
/// table of letters are here; one implementation per dialect. Methods that take a transaction take part in it.
/// </summary>
public interface ILetterStore
{
    /// <summary>Images larger than this are not read.</summary>
    const int LargestImage = 1 << 20;

    /// <summary>False until an applier has made the table of letters, which it does when the failback first runs.</summary>
    Task<bool> ExistAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Returns letters of a failback after an id, by id. With a transaction the letters are locked to its end.</summary>
    Task<IReadOnlyList<DeadLetter>> FindAsync(
        DbConnection connection, DbTransaction? transaction, FindDeadLetters query, CancellationToken cancellationToken);

    /// <summary>Sets the state of letters, with the reason and who gave it; their tries are counted afresh.</summary>
    Task ChangeAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, string? reason, string? by,
        CancellationToken cancellationToken);

    /// <summary>Replaces the row image of a letter; empty: the row is to be deleted.</summary>
    Task ReplaceAsync(DbTransaction transaction, long letter, ReadOnlyMemory<byte> after, CancellationToken cancellationToken);

    /// <summary>Returns all versions known of the rows of the given letters, these letters included.</summary>
    Task<IReadOnlyList<KnownVersion>> VersionsAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<long> letters, CancellationToken cancellationToken);

    /// <summary>
    /// Stores letters; a letter of the same row and version is replaced. Returns the state that each replaced one held a watermark in.
    /// </summary>
    Task<IReadOnlyList<(string Table, LetterState State)>> AddAsync(
        DbTransaction transaction, string failback, IReadOnlyList<Letter> letters, CancellationToken cancellationToken);

    /// <summary>
    /// Settles letters of the given rows that are older than the version just applied. Returns how many of them had waited and how many
    /// had been dead letters.
    /// </summary>
    Task<(long Waiting, long Open)> SupersedeAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> applied, CancellationToken cancellationToken);

    /// <summary>Returns waiting letters of the tables, oldest version first.</summary>
    Task<IReadOnlyList<Letter>> ReadWaitingAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken);

    /// <summary>Changes the state of letters and counts an attempt.</summary>
    Task SettleAsync(DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, CancellationToken cancellationToken);

    /// <summary>Returns what holds the watermark of the tables; tables that nothing holds are left out.</summary>
    Task<IReadOnlyList<OpenLetters>> ReadOpenAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken);
}
