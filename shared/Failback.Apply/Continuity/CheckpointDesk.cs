using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Groups;
using Failback.Apply.Settings;
using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Hosting.Secrets;
using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Options;

namespace Failback.Apply.Continuity;

/// <summary>Tells control where the checkpoints of a failback are in the target, and sets them for a feed that is made anew.</summary>
internal sealed class CheckpointDesk(ITargetDialect dialect, SecretBox secrets, IOptions<ApplierOptions> options, TimeProvider time)
    : IAnswer<ReadCheckpoints, FoundCheckpoints>, IAnswer<RewindCheckpoints, FoundCheckpoints>
{
    /// <summary>Stands among the row versions for rows that may be ahead of a checkpoint which was set back.</summary>
    private static readonly byte[] AnyRow = new byte[16];

    public Task<FoundCheckpoints> AnswerAsync(ReadCheckpoints question, CancellationToken cancellationToken) => AtTargetAsync(
        question.Place, (connection, store) => store.ReadAsync(connection, question.Place.Failback, cancellationToken), cancellationToken);

    public Task<FoundCheckpoints> AnswerAsync(RewindCheckpoints question, CancellationToken cancellationToken) => AtTargetAsync(
        question.Place,
        async (connection, store) =>
        {
            await RewindAsync(connection, store, question, time.GetUtcNow(), cancellationToken);
            return await store.ReadAsync(connection, question.Place.Failback, cancellationToken);
        },
        cancellationToken);

    /// <summary>Sets the checkpoints in one transaction.</summary>
    /// <exception cref="InvalidOperationException">A table has moved since it was read.</exception>
    internal static async Task RewindAsync(
        DbConnection connection, ICheckpointStore store, RewindCheckpoints order, DateTimeOffset now, CancellationToken cancellationToken)
    {
        string failback = order.Place.Failback;
        var to = HlcTimestamp.Parse(order.To);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        IReadOnlyList<TableCheckpoint> found = await store.LockAsync(
            transaction, failback, [.. order.Read.Select(read => read.Table)], cancellationToken);
        var rewinds = new List<TableRewind>();
        foreach (TableWitness read in order.Read)
        {
            TableCheckpoint? checkpoint = found.FirstOrDefault(c => c.Table == read.Table);
            if (checkpoint is null || ContinuityGuard.WitnessOf(checkpoint) != read)
                throw new InvalidOperationException($"{read.Table} has moved since it was read; repeat the rewind");
            HlcTimestamp resolved = order.Tables.Contains(read.Table, StringComparer.Ordinal) && to < checkpoint.Resolved
                ? to : checkpoint.Resolved;
            rewinds.Add(new TableRewind(read.Table, resolved, order.Epoch, Math.Max(checkpoint.Revision, order.Revision) + 1));
            if (resolved == checkpoint.Resolved) continue;
            // The rows may be newer than the checkpoint says from now on: until it has passed them again, what is refused may fit later.
            var ahead = HlcTimestamp.FromTime(now);
            await store.SaveVersionsAsync(
                transaction, failback, read.Table,
                [new RowVersion(AnyRow, checkpoint.Resolved < ahead ? checkpoint.Resolved : ahead, false)], cancellationToken);
        }

        await store.RewindAsync(transaction, failback, rewinds, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Does something at the target of a failback and returns the checkpoints, or why it could not be done.</summary>
    internal async Task<FoundCheckpoints> AtTargetAsync(
        StagingPlace place, Func<DbConnection, ICheckpointStore, Task<IReadOnlyList<TableCheckpoint>>> act,
        CancellationToken cancellationToken)
    {
        try
        {
            await using DbConnection connection = dialect.CreateConnection(
                secrets.Open(place.SealedTarget), ConnectionUse.Letters, options.Value.ApplyTimeout);
            await connection.OpenAsync(cancellationToken);
            IReadOnlyList<TableCheckpoint> found = await act(connection, dialect.Checkpoints(place.StagingSchema));
            return new FoundCheckpoints([.. found.Select(ContinuityGuard.WitnessOf)], null);
        }
        catch (Exception e) when (e is FormatException or SecretBoxException or InvalidOperationException)
        {
            return new FoundCheckpoints([], e.Message);
        }
        catch (Exception e) when (e is DbException or TimeoutException or IOException or System.Net.Sockets.SocketException)
        {
            Failures.Failure failure = dialect.Classify(e);
            return new FoundCheckpoints(
                [], $"the checkpoints cannot be read: {failure.Code} {failure.Message}".Replace("  ", " ", StringComparison.Ordinal));
        }
    }
}
