using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Groups;
using Failback.Apply.Settings;

namespace Failback.Apply.Ownership;

/// <summary>
/// This replica among its like, kept in the target: says that it lives and sees who else does. One connection of its own.
/// </summary>
internal sealed class Membership(GroupContext context)
{
    /// <summary>A replica not heard of for so long is taken for dead.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    /// <summary>A heartbeat that takes longer will not be in time.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    private DbConnection? _connection;

    /// <summary>Says that this replica lives; answers all that do. Creates the staging schema at the first time.</summary>
    public async Task<IReadOnlyList<string>> BeatAsync(CancellationToken cancellationToken)
    {
        _connection ??= await PrepareAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerWithin);
        return await context.Checkpoints.BeatAsync(_connection, context.Replica, Lifetime, limit.Token);
    }

    /// <summary>Gives the connection up after a failure; the next heartbeat opens another.</summary>
    public async Task DropAsync()
    {
        if (_connection is null) return;
        context.Dialect.ClearPool(_connection);
        await _connection.DisposeAsync();
        _connection = null;
    }

    /// <summary>Tells the others that this replica owns nothing any more, if that can be told.</summary>
    public async Task LeaveAsync()
    {
        if (_connection is null) return;
        try
        {
            using var limit = new CancellationTokenSource(AnswerWithin);
            await context.Checkpoints.LeaveAsync(_connection, context.Replica, limit.Token);
        }
        catch (Exception e) when (e is DbException or OperationCanceledException or InvalidOperationException or IOException)
        {
            // The others notice after the lifetime instead of at once.
            ApplyLog.NotLeft(context.Logger, context.Spec.Name, context.Dialect.Classify(e).Code);
        }

        // The failback is over here: a pool would keep the session in the target for minutes.
        await DropAsync();
    }

    private async Task<DbConnection> PrepareAsync(CancellationToken cancellationToken)
    {
        DbConnection opened = context.Dialect.CreateConnection(context.TargetUrl, ConnectionUse.Apply, context.Options.ApplyTimeout);
        try
        {
            await opened.OpenAsync(cancellationToken);
            await context.Checkpoints.EnsureAsync(opened, cancellationToken);
            await context.Checkpoints.RegisterAsync(
                opened, context.Spec.Name, [.. context.Spec.Tables.Select(t => t.Target)], cancellationToken);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }
}
