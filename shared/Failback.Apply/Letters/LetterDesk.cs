using System.Data;
using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Settings;
using Failback.Contracts.Control;
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
    internal const string Open = "open";
    internal const string Waiting = "waiting";
    internal const string Superseded = "superseded";

    public async Task<FoundDeadLetters> AnswerAsync(FindDeadLetters question, CancellationToken cancellationToken)
    {
        IReadOnlyList<DeadLetter> found = [];
        string? error = await AtTargetAsync(
            question.Box,
            async (connection, letters) => found = await letters.FindAsync(connection, null, question, cancellationToken),
            cancellationToken);
        return new FoundDeadLetters(found, error);
    }

    public async Task<ShownDeadLetter> AnswerAsync(ShowDeadLetter question, CancellationToken cancellationToken)
    {
        DeadLetter? shown = null;
        string? error = await AtTargetAsync(
            question.Box,
            async (connection, letters) =>
            {
                var query = new FindDeadLetters(question.Box, new DeadLetterFilter { Ids = [question.Id] }, 0, 1, WithRows: true);
                shown = (await letters.FindAsync(connection, null, query, cancellationToken)).SingleOrDefault();
                if (shown is null) return;
                LetterTarget target = await new LetterExamination(dialect).RunAsync(connection, question, shown, cancellationToken);
                shown = shown with { Target = target };
            },
            cancellationToken);
        return new ShownDeadLetter(error is null ? shown : null, error);
    }

    public async Task<SettledDeadLetters> AnswerAsync(SettleDeadLetters question, CancellationToken cancellationToken)
    {
        var settled = new SettledDeadLetters([], new Dictionary<long, string>(), null);
        string? error = await AtTargetAsync(
            question.Box,
            async (connection, _) => settled = await new LetterSettlement(dialect, question).RunAsync(connection, cancellationToken),
            cancellationToken);
        return error is null ? settled : new SettledDeadLetters([], new Dictionary<long, string>(), error);
    }

    /// <summary>
    /// Null, or what kept us from the target, without secrets. Of a failback that has not run yet there are no letters, which is no error.
    /// </summary>
    private async Task<string?> AtTargetAsync(
        StagingPlace box, Func<DbConnection, ILetterStore, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            if (!await TryAsync(box, act, first: true, cancellationToken)) await TryAsync(box, act, first: false, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is FormatException or SecretBoxException)
        {
            return e.Message;
        }
        catch (Exception e)
        when (e is DbException or TimeoutException or IOException or System.Net.Sockets.SocketException or InvalidOperationException)
        {
            Failure failure = dialect.Classify(e);
            string what = failure.Kind == FailureKind.Schema
                ? "the letters in the staging schema cannot be read"
                : "the target does not answer";
            return $"{what}: {failure.Code} {failure.Message}".Replace("  ", " ", StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// False when the session ended during the first attempt: a pooled one may have been ended since it was last used. What
    /// <paramref name="act"/> changes, it changes in one
    /// transaction; a repeat after a commit whose answer was lost finds the letters settled and refuses them by their state.
    /// </summary>
    private async Task<bool> TryAsync(
        StagingPlace box, Func<DbConnection, ILetterStore, Task> act, bool first, CancellationToken cancellationToken)
    {
        await using DbConnection connection = dialect.CreateConnection(
            secrets.Open(box.SealedTarget), ConnectionUse.Letters, options.Value.ApplyTimeout);
        await connection.OpenAsync(cancellationToken);
        try
        {
            ILetterStore letters = dialect.Letters(box.StagingSchema);
            if (await letters.ExistAsync(connection, cancellationToken)) await act(connection, letters);
            return true;
        }
        catch (Exception e) when (first && (e is DbException or IOException) && connection.State != ConnectionState.Open)
        {
            dialect.ClearPool(connection);
            return false;
        }
    }
}
