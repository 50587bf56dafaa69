using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Staging;
using Failback.Contracts.Control;
using Failback.Hosting.Secrets;
using Microsoft.Extensions.Options;

namespace Failback.Apply.Letters;

/// <summary>
/// Answers control's questions about letters and settles them. A replay only makes the letter wait: the owner of the table tries it again
/// under its fence, in order with everything else, and a newer version of the row still wins.
/// </summary>
internal sealed class LetterDesk(ITargetDialect dialect, SecretBox secrets, IOptions<ApplierOptions> options)
{
    private const string Open = "open";
    private const string Waiting = "waiting";

    public async Task<FoundDeadLetters> FindAsync(FindDeadLetters query, CancellationToken cancellationToken)
    {
        IReadOnlyList<DeadLetter> found = [];
        string? error = await AtTargetAsync(
            query.Box,
            async (connection, letters) => found = await letters.FindAsync(connection, null, query, cancellationToken),
            cancellationToken);
        return new FoundDeadLetters(found, error);
    }

    public async Task<SettledDeadLetters> SettleAsync(SettleDeadLetters request, CancellationToken cancellationToken)
    {
        IReadOnlyList<DeadLetter> settled = [], refused = [];
        string? error = await AtTargetAsync(
            request.Box,
            async (connection, letters) =>
            {
                var query = new FindDeadLetters(request.Box, new DeadLetterFilter { Ids = request.Ids }, 0, int.MaxValue, WithRows: false);
                IReadOnlyList<DeadLetter> asked = await letters.FindAsync(connection, null, query, cancellationToken);
                if (asked.Count == 0) return;
                await using DbTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken);
                // The owner's transactions take the same locks first: nobody tries these letters meanwhile.
                IStagingStore staging = dialect.Staging(request.Box.StagingSchema);
                await staging.LockAsync(transaction, request.Box.Failback, [.. asked.Select(l => l.Table).Distinct(StringComparer.Ordinal)], cancellationToken);
                asked = await letters.FindAsync(connection, transaction, query, cancellationToken);
                settled = [.. asked.Where(l => l.State == Open || (l.State == Waiting && request.Action == LetterAction.Discard))];
                refused = [.. asked.Except(settled)];
                LetterState state = request.Action == LetterAction.Replay ? LetterState.Waiting : LetterState.Discarded;
                await letters.ChangeAsync(transaction, [.. settled.Select(l => l.Id)], state, request.Action == LetterAction.Discard ? request.Reason : null, cancellationToken);
                await staging.CountAsync(transaction, request.Box.Failback, [.. Counts(settled, request.Action)], cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            },
            cancellationToken);
        return error is null
            ? new SettledDeadLetters([.. settled.Select(l => l.Id)], refused.ToDictionary(l => l.Id, l => l.State), null)
            : new SettledDeadLetters([], new Dictionary<long, string>(), error);
    }

    /// <summary>A letter that waits is in flight; an open or discarded one counts as dead-lettered.</summary>
    private static IEnumerable<(string Table, Counters Added)> Counts(IReadOnlyList<DeadLetter> settled, LetterAction action) =>
        settled.GroupBy(l => l.Table, StringComparer.Ordinal).Select(table => (
            table.Key,
            new Counters(0, 0, 0, 0, action == LetterAction.Replay ? -table.Count() : table.Count(l => l.State == Waiting))));

    /// <summary>Null, or what kept us from the target, without secrets.</summary>
    private async Task<string?> AtTargetAsync(LetterBox box, Func<DbConnection, ILetterStore, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await using DbConnection connection = dialect.CreateConnection(secrets.Open(box.SealedTarget), options.Value.ApplyTimeout);
            await connection.OpenAsync(cancellationToken);
            await act(connection, dialect.Letters(box.StagingSchema));
            return null;
        }
        catch (Exception e) when (e is FormatException or SecretBoxException)
        {
            return e.Message;
        }
        catch (Exception e) when (e is DbException or TimeoutException or IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            Failure failure = dialect.Classify(e);
            return failure.Kind == FailureKind.Schema
                ? "the staging schema has no letters yet: the failback has not been started"
                : $"the target does not answer: {failure.Code} {failure.Message}".Replace("  ", " ", StringComparison.Ordinal);
        }
    }
}
