using System.Data;
using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Settings;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Hosting.Secrets;
using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Options;

namespace Failback.Apply.Letters;

/// <summary>
/// Answers control's questions about letters and settles them. A replay only makes the letter wait: the owner of the table tries it again
/// under its fence, in order with everything else, and a newer version of the row still wins.
/// </summary>
internal sealed class LetterDesk(ITargetDialect dialect, SecretBox secrets, IOptions<ApplierOptions> options)
    : IAnswer<FindDeadLetters, FoundDeadLetters>, IAnswer<ShowDeadLetter, ShownDeadLetter>, IAnswer<SettleDeadLetters, SettledDeadLetters>
{
    public async Task<FoundDeadLetters> AnswerAsync(FindDeadLetters question, CancellationToken cancellationToken)
    {
        (IReadOnlyList<DeadLetter>? found, string? error) = await AtTargetAsync(
            question.Box, (connection, letters) => letters.FindAsync(connection, null, question, cancellationToken), cancellationToken);
        return new FoundDeadLetters(found ?? [], error);
    }

    public async Task<ShownDeadLetter> AnswerAsync(ShowDeadLetter question, CancellationToken cancellationToken)
    {
        (DeadLetter? shown, string? error) = await AtTargetAsync(
            question.Box, (connection, letters) => ShowAsync(connection, letters, question, cancellationToken), cancellationToken);
        return new ShownDeadLetter(shown, error);
    }

    public async Task<SettledDeadLetters> AnswerAsync(SettleDeadLetters question, CancellationToken cancellationToken)
    {
        (SettledDeadLetters? settled, string? error) = await AtTargetAsync(
            question.Box, (connection, _) => new LetterSettlement(dialect, question).RunAsync(connection, cancellationToken),
            cancellationToken);
        return settled ?? new SettledDeadLetters([], new Dictionary<long, LetterRefusal>(), error);
    }

    /// <summary>Returns a letter with what the target has of its row; null: there is none.</summary>
    private async Task<DeadLetter?> ShowAsync(
        DbConnection connection, ILetterStore letters, ShowDeadLetter question, CancellationToken cancellationToken)
    {
        var query = new FindDeadLetters(question.Box, new DeadLetterFilter { Ids = [question.Id] }, 0, 1, WithRows: true);
        DeadLetter? shown = (await letters.FindAsync(connection, null, query, cancellationToken)).SingleOrDefault();
        if (shown is null) return null;
        return shown with { Target = await new LetterExamination(dialect).RunAsync(connection, question, shown, cancellationToken) };
    }

    /// <summary>
    /// Returns what <paramref name="act"/> found, null for a failback that has not run yet and so has no letters; or what kept it from the
    /// target, without secrets.
    /// </summary>
    private async Task<(T? Found, string? Error)> AtTargetAsync<T>(
        StagingPlace box, Func<DbConnection, ILetterStore, Task<T>> act, CancellationToken cancellationToken)
        where T : class?
    {
        try
        {
            return (await WithFreshSessionAsync(box, act, cancellationToken), null);
        }
        catch (Exception e) when (e is FormatException or SecretBoxException)
        {
            return (null, e.Message);
        }
        catch (Exception e)
        when (e is DbException or TimeoutException or IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            Failure failure = dialect.Classify(e);
            string what = failure.Kind == FailureKind.Schema
                ? "the letters in the staging schema cannot be read"
                : "the target does not answer";
            return (null, $"{what}: {failure.Code} {failure.Message}".Replace("  ", " ", StringComparison.Ordinal));
        }
    }

    /// <summary>
    /// Acts in a session, and once more in a new one when the session ended meanwhile: the server may have ended a pooled one since it was
    /// last used. What <paramref name="act"/> changes, it changes in one transaction; a repeat after a commit whose answer was lost finds
    /// the letters settled and refuses them by their state.
    /// </summary>
    private async Task<T?> WithFreshSessionAsync<T>(
        StagingPlace box, Func<DbConnection, ILetterStore, Task<T>> act, CancellationToken cancellationToken)
        where T : class?
    {
        for (bool first = true; ; first = false)
        {
            await using DbConnection connection = dialect.CreateConnection(
                secrets.Open(box.SealedTarget), ConnectionUse.Letters, options.Value.ApplyTimeout);
            await connection.OpenAsync(cancellationToken);
            try
            {
                ILetterStore letters = dialect.Letters(box.StagingSchema);
                return await letters.ExistAsync(connection, cancellationToken) ? await act(connection, letters) : null;
            }
            catch (Exception e) when (first && (e is DbException or IOException) && connection.State != ConnectionState.Open)
            {
                dialect.ClearPool(connection);
            }
        }
    }
}
