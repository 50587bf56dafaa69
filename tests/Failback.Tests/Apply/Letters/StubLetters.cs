using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Tests.Apply.Letters;

/// <summary>Letters in memory; writes down what becomes of them.</summary>
internal sealed class StubLetters(IReadOnlyList<DeadLetter> letters, IReadOnlyList<KnownVersion> versions) : ILetterStore
{
    /// <summary>State that each letter was given, with the reason and who gave it.</summary>
    public Dictionary<long, string> Changed { get; } = [];

    /// <summary>Images that were replaced.</summary>
    public Dictionary<long, string> Replaced { get; } = [];

    /// <summary>What each reading of the waiting letters finds, in turn; then nothing.</summary>
    public Queue<IReadOnlyList<Letter>> Waiting { get; } = [];

    public Task<bool> ExistAsync(DbConnection connection, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<IReadOnlyList<DeadLetter>> FindAsync(
        DbConnection connection, DbTransaction? transaction, FindDeadLetters query, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DeadLetter>>([.. letters.Where(l => query.Filter.Ids.Contains(l.Id))]);

    public Task ChangeAsync(
        DbTransaction transaction, IReadOnlyList<long> changed, LetterState state, string? reason, string? by,
        CancellationToken cancellationToken)
    {
        foreach (long id in changed) Changed.Add(id, $"{state} {reason} {by}".Trim());
        return Task.CompletedTask;
    }

    public Task ReplaceAsync(DbTransaction transaction, long letter, ReadOnlyMemory<byte> after, CancellationToken cancellationToken)
    {
        Replaced[letter] = Sample.Text(after);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<KnownVersion>> VersionsAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<long> asked, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<KnownVersion>>([.. versions.Where(v => asked.Contains(v.Of))]);

    public Task<IReadOnlyList<(string Table, LetterState State)>> AddAsync(
        DbTransaction transaction, string failback, IReadOnlyList<Letter> added, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<(long Waiting, long Open)> SupersedeAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> applied, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<Letter>> ReadWaitingAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(Waiting.TryDequeue(out IReadOnlyList<Letter>? found) ? found : []);

    public Task SettleAsync(
        DbTransaction transaction, IReadOnlyList<long> settled, LetterState state, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<OpenLetters>> ReadOpenAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<OpenLetters>>([]);
}
