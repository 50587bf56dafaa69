using System.Data;
using System.Security.Cryptography;
using Failback.Hosting.Retrying;
using Npgsql;

namespace Failback.Source;

/// <summary>
/// One connection to the source with pinned settings. Statements that conflict with another transaction run again; every other
/// refusal is thrown as <see cref="SourceException"/>.
/// </summary>
internal sealed class SourceSession(NpgsqlConnectionStringBuilder settings) : IAsyncDisposable
{
    private const int Attempts = 6;
    private static readonly Backoff Waits = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));

    private readonly NpgsqlConnection _connection = new(settings.ConnectionString);

    public string Database => _connection.Database;

    /// <summary>Connects and returns the release of the server.</summary>
    /// <exception cref="SourceException">The server is not reachable, not CockroachDB, or too old.</exception>
    public async Task<ClusterVersion> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _connection.OpenAsync(cancellationToken);
            await using (var command = new NpgsqlCommand("SELECT version()", _connection))
            {
                string text = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
                ClusterVersion version = ClusterVersion.Parse(text) ?? throw new SourceException(
                    "not_cockroachdb", "the server of source is not CockroachDB",
                    "source is CockroachDB, target is the old database: swap them if they were mixed up");
                if (version < ClusterVersion.Webhooks)
                    throw new SourceException(
                        "source_too_old", $"CockroachDB {version} has no webhook changefeeds",
                        $"upgrade the cluster to {ClusterVersion.Webhooks} or later");
                await PinnedSettings.ApplyAsync(_connection, cancellationToken);
                return version;
            }
        }
        catch (NpgsqlException e)
        {
            throw SourceFailure.From(e);
        }
        catch (CryptographicException)
        {
            throw new SourceException(
                "source_certificate", "sslrootcert, sslcert or sslkey of source is no certificate or key that can be used",
                "give certificates and an unencrypted key in PEM");
        }
    }

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="values">Parameters as text: the server converts each to the type that it is compared with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, string?[] values, CancellationToken cancellationToken) =>
        RetryAsync(() => QueryOnceAsync(sql, read, values, cancellationToken), cancellationToken);

    /// <summary>Runs one query in a SERIALIZABLE transaction of its own.</summary>
    public Task<List<T>> QuerySerializableAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        RetryAsync(
        async () =>
        {
            await QueryOnceAsync("BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE", _ => true, [], cancellationToken);
            try
            {
                List<T> rows = await QueryOnceAsync(sql, read, [], cancellationToken);
                await QueryOnceAsync("COMMIT", _ => true, [], cancellationToken);
                return rows;
            }
            // After a refusal by the server the transaction is still open; after a broken connection none is left.
            catch (PostgresException)
            {
                await QueryOnceAsync("ROLLBACK", _ => true, [], cancellationToken);
                throw;
            }
        },
        cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>
    /// Runs a statement, or a whole transaction, again after a serialization failure
    /// (https://www.cockroachlabs.com/docs/stable/transaction-retry-error-reference).
    /// </summary>
    private static async Task<T> RetryAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (PostgresException e) when (attempt < Attempts && e.SqlState == PostgresErrorCodes.SerializationFailure)
            {
                await Task.Delay(Waits.Delay(attempt), cancellationToken);
            }
            catch (NpgsqlException e)
            {
                throw SourceFailure.From(e);
            }
        }
    }

    private async Task<List<T>> QueryOnceAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, string?[] values, CancellationToken cancellationToken)
    {
        // The driver gives a connection up after errors of class XX, which CockroachDB uses for ordinary refusals.
        if (_connection.State != ConnectionState.Open) await ReopenAsync(cancellationToken);

        await using var command = new NpgsqlCommand(sql, _connection);
        foreach (string? value in values)
            command.Parameters.Add(
                new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Unknown });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    private async Task ReopenAsync(CancellationToken cancellationToken)
    {
        await _connection.OpenAsync(cancellationToken);
        try
        {
            await PinnedSettings.ApplyAsync(_connection, cancellationToken);
        }
        catch
        {
            // An open session counts as one with pinned settings, so a failed one must be closed.
            await _connection.CloseAsync();
            throw;
        }
    }
}
