using System.Data.Common;
using Failback.Apply.Dialects;

namespace Failback.Apply.Groups;

/// <summary>The one connection to the target that a group works with.</summary>
internal sealed class TargetSession : IAsyncDisposable
{
    private readonly GroupContext _context;

    private TargetSession(GroupContext context, DbConnection connection)
    {
        _context = context;
        Connection = connection;
    }

    public DbConnection Connection { get; private set; }

    public static async Task<TargetSession> OpenAsync(GroupContext context, CancellationToken cancellationToken) =>
        new(context, await ConnectAsync(context, cancellationToken));

    /// <summary>A fresh connection where the old one is broken.</summary>
    public async Task ReopenAsync(CancellationToken cancellationToken)
    {
        if (Connection.State == System.Data.ConnectionState.Open) return;
        _context.Dialect.ClearPool(Connection);
        await Connection.DisposeAsync();
        Connection = await ConnectAsync(_context, cancellationToken);
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private static async Task<DbConnection> ConnectAsync(GroupContext context, CancellationToken cancellationToken)
    {
        DbConnection opened = context.Dialect.CreateConnection(context.TargetUrl, ConnectionUse.Apply, context.Options.ApplyTimeout);
        try
        {
            await opened.OpenAsync(cancellationToken);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }
}
