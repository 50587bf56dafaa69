using System.Data.Common;
using Failback.Apply.Dialects;

namespace Failback.Apply.Groups;

/// <summary>
/// A session of the target that several groups of a failback use in turn. A group stays on its lane, because a session may hold what names
/// the group's owner. Opened when it is first needed, and again when it was lost.
/// </summary>
internal sealed class SessionLane(GroupContext context) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private DbConnection? _connection;

    /// <summary>The session, for the group whose turn it is.</summary>
    public DbConnection Connection => _connection ?? throw new InvalidOperationException("the lane has no session");

    /// <summary>There is a session.</summary>
    public bool IsOpen => _connection?.State == System.Data.ConnectionState.Open;

    /// <summary>Waits for a turn; false: it is not this group's yet.</summary>
    public Task<bool> TryEnterAsync(TimeSpan patience, CancellationToken cancellationToken) => _turn.WaitAsync(patience, cancellationToken);

    /// <summary>Gives the turn to the next group.</summary>
    public void Leave() => _turn.Release();

    /// <summary>A fresh session where there is none, or it is broken.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (IsOpen) return;
        if (_connection is not null) context.Dialect.ClearPool(_connection);
        await DropAsync();
        DbConnection opened = context.Dialect.CreateConnection(context.TargetUrl, ConnectionUse.Apply, context.Options.ApplyTimeout);
        try
        {
            await opened.OpenAsync(cancellationToken);
            context.Metrics.Connected(context.Spec.Name);
            _connection = opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the session; the next turn opens another.</summary>
    public async Task DropAsync()
    {
        if (_connection is not { } connection) return;
        _connection = null;
        await connection.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // The failback is over here: a pool would keep the session in the target for minutes.
        if (_connection is not null) context.Dialect.ClearPool(_connection);
        await DropAsync();
        _turn.Dispose();
    }
}
