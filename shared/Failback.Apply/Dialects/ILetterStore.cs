using System.Data.Common;
using Failback.Apply.Staging;
using Failback.Contracts.Control;

namespace Failback.Apply.Dialects;

/// <summary>An operator's view of the letters in a staging schema. One implementation per dialect.</summary>
public interface ILetterStore
{
    /// <summary>Images larger than this are not read.</summary>
    const int LargestImage = 1 << 20;

    /// <summary>False until an applier has made the table of letters, which it does when the failback first runs.</summary>
    Task<bool> ExistAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Letters of a failback after an id, by id. With a transaction the letters are locked to its end.</summary>
    Task<IReadOnlyList<DeadLetter>> FindAsync(
        DbConnection connection, DbTransaction? transaction, FindDeadLetters query, CancellationToken cancellationToken);

    /// <summary>Sets the state of letters, with the reason and who gave it; their tries are counted afresh.</summary>
    Task ChangeAsync(
        DbTransaction transaction, IReadOnlyList<long> letters, LetterState state, string? reason, string? by,
        CancellationToken cancellationToken);

    /// <summary>Replaces the row image of a letter; empty: the row is to be deleted.</summary>
    Task ReplaceAsync(DbTransaction transaction, long letter, ReadOnlyMemory<byte> after, CancellationToken cancellationToken);

    /// <summary>All versions known of the rows of the given letters, these letters included.</summary>
    Task<IReadOnlyList<KnownVersion>> VersionsAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<long> letters, CancellationToken cancellationToken);
}
