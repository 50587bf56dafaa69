using Failback.Cockroach.Capture;
using Failback.Cockroach.Changefeeds;
using Npgsql;

namespace Failback.Cockroach;

/// <summary>One database behind the stand-in, with its functions, history and jobs.</summary>
internal sealed class ServedDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly CancellationTokenSource _stop;
    private readonly string _slot;
    private readonly Task _work;

    private ServedDatabase(NpgsqlDataSource database, string slot, Task work, CancellationTokenSource stop)
    {
        _database = database;
        _slot = slot;
        _work = work;
        _stop = stop;
    }

    /// <summary>Prepares a database and starts reading its changes.</summary>
    /// <param name="connectionString">Connection string of a superuser.</param>
    /// <param name="time">Clock of pauses.</param>
    public static async Task<ServedDatabase> OpenAsync(string connectionString, TimeProvider time)
    {
        NpgsqlDataSource database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 12 });
        string slot;
        await using (Stream script = typeof(ServedDatabase).Assembly.GetManifestResourceStream("schema.sql")!)
        using (var reader = new StreamReader(script))
        await using (NpgsqlConnection connection = await database.OpenConnectionAsync())
        {
            await using var setup = new NpgsqlCommand(
                "SELECT pg_advisory_xact_lock(7411273); " + await reader.ReadToEndAsync(), connection);
            await setup.ExecuteNonQueryAsync();
            await using var id = new NpgsqlCommand(
                "SELECT 'crdb_' || oid::text FROM pg_database WHERE datname = current_database()", connection);
            slot = (string)(await id.ExecuteScalarAsync())!;
        }

        var stop = new CancellationTokenSource();
        var history = new History();
        var registry = new JobRegistry(database, history, time);
        var capture = new DatabaseCapture(database, connectionString, slot, history, registry.Truncated);
        Task capturing = capture.RunAsync(stop.Token);
        await Task.WhenAny(capturing, capture.Attached);
        // Changes before the slot exists are not in the log, so a database is served only when its log is being read.
        if (!capture.Attached.IsCompleted) await capturing;
        return new ServedDatabase(database, slot, Task.WhenAll(capturing, registry.RunAsync(stop.Token)), stop);
    }

    /// <summary>Error that ended its work; null while it works.</summary>
    public Exception? Fault => _work.Exception?.GetBaseException();

    /// <summary>Drops the history, so that the database can be dropped.</summary>
    public async Task ForgetAsync()
    {
        await EndAsync();
        await using NpgsqlCommand drop = _database.CreateCommand(
            $"SELECT pg_drop_replication_slot('{_slot}') FROM pg_replication_slots WHERE slot_name = '{_slot}'");
        for (int tries = 0; ; tries++)
        {
            try
            {
                await drop.ExecuteNonQueryAsync();
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse && tries < 50)
            {
                // The server notices a moment later that the reader of the slot has disconnected.
                await Task.Delay(100);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await _database.DisposeAsync();
    }

    private async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
