using System.Data.Common;

namespace Failback.Apply.Groups;

/// <summary>The way of a group to the target: a lane that is its own, or that others use too. It has the connection in its turns.</summary>
internal sealed class TargetSession : IAsyncDisposable
{
    /// <summary>A group that waits longer for its turn says so.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SessionLane _lane;
    private readonly bool _isAlone;
    private readonly Action _late;
    private bool _hasTurn;

    private TargetSession(SessionLane lane, bool isAlone, Action late)
    {
        _lane = lane;
        _isAlone = isAlone;
        _late = late;
    }

    /// <summary>The connection.</summary>
    /// <exception cref="InvalidOperationException">It is not the group's turn.</exception>
    public DbConnection Connection => _hasTurn ? _lane.Connection : throw new InvalidOperationException("it is another group's turn");

    /// <summary>A session that no other group uses, in its turn.</summary>
    public static async Task<TargetSession> OpenAsync(GroupContext context, CancellationToken cancellationToken)
    {
        var session = new TargetSession(new SessionLane(context), isAlone: true, static () => { });
        try
        {
            await session.EnterAsync(cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>A group's session on a lane of several.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="late">Is told when the turn does not come.</param>
    public static TargetSession On(SessionLane lane, Action late) => new(lane, isAlone: false, late);

    /// <summary>Waits for the group's turn, with an open connection.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        await TakeTurnAsync(cancellationToken);
        try
        {
            await _lane.OpenAsync(cancellationToken);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Ends the group's turn. No transaction is open.</summary>
    public void Leave()
    {
        if (!_hasTurn) return;
        _hasTurn = false;
        _lane.Leave();
    }

    /// <summary>Gives the turn to others for a while; when that fails, the turn is not taken again.</summary>
    public async Task PauseAsync(Func<Task> pause, CancellationToken cancellationToken)
    {
        Leave();
        await pause();
        await TakeTurnAsync(cancellationToken);
    }

    /// <summary>A fresh connection where the old one is broken.</summary>
    public Task ReopenAsync(CancellationToken cancellationToken) => _lane.OpenAsync(cancellationToken);

    /// <summary>Ends the connection in the group's turn: what became of it is not known.</summary>
    public Task DropAsync() => _hasTurn ? _lane.DropAsync() : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Leave();
        if (_isAlone) await _lane.DisposeAsync();
    }

    /// <summary>Does what is left to do on the connection of a group that ends, outside of its turns; nothing where none is open.</summary>
    public async Task EndAsync(Func<DbConnection, Task> work, CancellationToken cancellationToken)
    {
        await TakeTurnAsync(cancellationToken);
        try
        {
            if (_lane.IsOpen) await work(_lane.Connection);
        }
        catch
        {
            await _lane.DropAsync();
            throw;
        }
        finally
        {
            Leave();
        }
    }

    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (_hasTurn) throw new InvalidOperationException("it is the group's turn already");
        while (!await _lane.TryEnterAsync(Patience, cancellationToken)) _late();
        _hasTurn = true;
    }
}
