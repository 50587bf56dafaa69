using System.Globalization;
using Failback.Contracts;
using Npgsql;

namespace Failback.Control.Storage;

/// <summary>
/// PostgreSQL's advisory locks (https://www.postgresql.org/docs/current/explicit-locking.html), all in one session of this process.
/// The server frees them when it sees the session end: at once when the process is killed, and after <paramref name="silence"/>
/// when it is frozen or its machine is gone (PostgreSQL 14 or newer).
/// </summary>
/// <param name="connectionString">Connection string of the database.</param>
/// <param name="silence">
/// Idle time after which the server ends the session. The leadership sends a statement every second, and some of these may be late.
/// </param>
internal sealed class AdvisoryLocks(string connectionString, TimeSpan silence) : IStateLocks, IDisposable
{
    private const int FirstWithIdleTimeout = 14;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);
    private NpgsqlConnection? _session;

    /// <summary>Returns the number of a lock; the prefix keeps control's locks apart from those of other programs.</summary>
    public static long Key(string name) => unchecked((long)StableHash.Of("failback-control:" + name));

    public async Task<bool> HoldAsync(string name, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Not cancelled from here on: a lock that was taken but not recorded would stay taken.
            NpgsqlConnection session = await SessionAsync();
            if (!_held.Contains(name))
            {
                if (!await TakeAsync(session, name)) return false;
                _held.Add(name);
                return true;
            }

            await using var alive = new NpgsqlCommand("SELECT 1", session);
            await alive.ExecuteNonQueryAsync(CancellationToken.None);
            return true;
        }
        catch (NpgsqlException)
        {
            Forget();
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Release(string name)
    {
        _gate.Wait();
        try
        {
            if (!_held.Remove(name) || _session is null) return;
            using var command = new NpgsqlCommand(
                "SELECT pg_advisory_unlock($1)", _session)
            { Parameters = { new NpgsqlParameter { Value = Key(name) } } };
            command.ExecuteNonQuery();
        }
        catch (NpgsqlException)
        {
            // A session that is gone holds no lock.
            Forget();
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        Forget();
        _gate.Dispose();
    }

    private static async Task<bool> TakeAsync(NpgsqlConnection session, string name)
    {
        await using var command = new NpgsqlCommand(
            "SELECT pg_try_advisory_lock($1)", session)
        { Parameters = { new NpgsqlParameter { Value = Key(name) } } };
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private async Task<NpgsqlConnection> SessionAsync()
    {
        if (_session is { FullState: System.Data.ConnectionState.Open } open) return open;
        Forget();
        var session = new NpgsqlConnection(connectionString);
        try
        {
            await session.OpenAsync();
            if (session.PostgreSqlVersion.Major >= FirstWithIdleTimeout)
            {
                await using var command = new NpgsqlCommand(
                    string.Create(CultureInfo.InvariantCulture, $"SET idle_session_timeout = {silence.TotalMilliseconds:0}"), session);
                await command.ExecuteNonQueryAsync();
            }
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }

        return _session = session;
    }

    private void Forget()
    {
        _held.Clear();
        _session?.Dispose();
        _session = null;
    }
}
