using System.Runtime.CompilerServices;
using Failback.Apply.Dialects;
using Failback.Apply.Writing;
using Failback.Contracts;
using Npgsql;

namespace Failback.Applier.Postgres.Writing;

/// <summary>
/// Upserts of many rows: COPY into a temporary table, merged from there. The server reads the rows while they arrive and needs neither
/// arrays nor texts to be taken apart. For few rows the additional statements cost more than that.
/// </summary>
/// <param name="leastRows">Smaller batches go as arrays.</param>
internal sealed class PostgresCopy(int leastRows)
{
    private readonly ConditionalWeakTable<NpgsqlConnection, Session> _sessions = [];

    /// <summary>Encodes a batch that will be copied.</summary>
    public void Prepare(NpgsqlConnection connection, RowBatch rows)
    {
        if (rows.Count >= leastRows && rows.Table.CanUpsert && Of(connection).MayCopy) rows.Prepared = CopyRows.Of(rows);
    }

    /// <summary>
    /// Rows touched; null when the batch was not prepared or the session may not create temporary tables: nothing was done.
    /// </summary>
    /// <exception cref="RowFaultsException">Rows hold values that their column cannot keep.</exception>
    public async Task<int?> TryUpsertAsync(NpgsqlTransaction transaction, RowBatch rows, CancellationToken cancellationToken)
    {
        if (rows.Prepared is not CopyRows copy) return null;
        rows.Prepared = null;
        using CopyRows released = copy;
        copy.Faults.ThrowIfAny();
        NpgsqlConnection connection = transaction.Connection!;
        Session session = Of(connection);
        if (!await session.AskAsync(connection, cancellationToken)) return null;
        string table = await MakeRoomAsync(session, transaction, copy, cancellationToken);
        await using (NpgsqlRawCopyStream stream = await connection.BeginRawBinaryCopyAsync(
            $"COPY {table} FROM STDIN (FORMAT BINARY)", cancellationToken))
            await stream.WriteAsync(copy.Bytes, cancellationToken);
        if (PostgresSql.Changed(rows, table, copy.Expression) is { } question)
        {
            await using var asked = new NpgsqlCommand(question, connection, transaction);
            await PostgresCheck.RunAsync(asked, rows, first: 0, cancellationToken);
        }

        return await RunAsync(connection, PostgresSql.Merge(rows, table, copy.Expression), cancellationToken);
    }

    /// <summary>
    /// One temporary table per list of types, made once a session and empty after every commit; a second batch of a transaction empties it.
    /// </summary>
    private static async Task<string> MakeRoomAsync(
        Session session, NpgsqlTransaction transaction, CopyRows copy, CancellationToken cancellationToken)
    {
        string types = string.Join(", ", copy.Types.Select((type, i) => $"c{i} {type}")) + (copy.IsNumbered ? ", place int4" : "");
        string table = $"pg_temp.failback_incoming_{StableHash.Of(types):x}";
        string create = $"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({types}) ON COMMIT DELETE ROWS";
        await RunAsync(
            transaction.Connection!, session.IsFirst(transaction, table) ? create : $"{create}; TRUNCATE {table}", cancellationToken);
        return table;
    }

    private static async Task<int> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private Session Of(NpgsqlConnection connection) => _sessions.GetValue(connection, static _ => new Session());

    /// <summary>What is known of a connection.</summary>
    private sealed class Session
    {
        private readonly HashSet<string> _filled = new(StringComparer.Ordinal);
        private NpgsqlTransaction? _current;
        private bool _asked;

        /// <summary>Until the server said otherwise.</summary>
        public bool MayCopy { get; private set; } = true;

        public async Task<bool> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
        {
            if (_asked) return MayCopy;
            await using var command = new NpgsqlCommand("SELECT has_database_privilege(current_database(), 'TEMPORARY')", connection);
            MayCopy = await command.ExecuteScalarAsync(cancellationToken) is true;
            _asked = true;
            return MayCopy;
        }

        /// <summary>True when the table was not used before in the transaction.</summary>
        public bool IsFirst(NpgsqlTransaction transaction, string table)
        {
            if (!ReferenceEquals(_current, transaction)) _filled.Clear();
            _current = transaction;
            return _filled.Add(table);
        }
    }
}
