using System.Globalization;
using System.Text.Json;
using Failback.Contracts;
using Failback.Control.Api;
using Npgsql;

namespace Failback.Control.Changefeeds;

/// <summary>A connection to the CockroachDB cluster of a failback. Refusals of the cluster come out as <see cref="ApiException"/>.</summary>
internal sealed class SourceCluster : IAsyncDisposable
{
    private const int Attempts = 6;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(25);

    private readonly NpgsqlConnection _connection;

    private SourceCluster(NpgsqlConnection connection, ClusterVersion version)
    {
        _connection = connection;
        Version = version;
    }

    public ClusterVersion Version { get; }

    public string Database => _connection.Database;

    /// <exception cref="ApiException">Not reachable, or not CockroachDB.</exception>
    public static async Task<SourceCluster> OpenAsync(string url, TimeSpan timeout, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder settings = SourceUrl.Parse(url, timeout);
        SourceCertificates.Check(settings);
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT version()", connection);
            string text = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
            ClusterVersion version = ClusterVersion.Parse(text) ?? throw new ApiException(
                422, "not_cockroachdb", "the server of source is not CockroachDB", "source is CockroachDB, target is the old database: swap them if they were mixed up");
            return version >= ClusterVersion.Webhooks
                ? new SourceCluster(connection, version)
                : throw new ApiException(422, "source_too_old", $"CockroachDB {version} has no webhook changefeeds", $"upgrade the cluster to {ClusterVersion.Webhooks} or later");
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            if (e is NpgsqlException refused) throw SourceFailure.From(refused);
            if (e is System.Security.Cryptography.CryptographicException)
                throw new ApiException(422, "source_certificate", "sslrootcert, sslcert or sslkey of source is no certificate or key that can be used", "give certificates and an unencrypted key in PEM");
            throw;
        }
    }

    /// <summary>The present of the cluster, in a transaction of its own.</summary>
    public Task<string> NowAsync(CancellationToken cancellationToken) => RetryAsync(
        async () =>
        {
            await QueryOnceAsync("BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE", _ => true, [], cancellationToken);
            try
            {
                string now = (await QueryOnceAsync("SELECT cluster_logical_timestamp()::STRING", row => row.GetString(0), [], cancellationToken))[0];
                await QueryOnceAsync("COMMIT", _ => true, [], cancellationToken);
                return now;
            }
            catch (PostgresException)
            {
                await QueryOnceAsync("ROLLBACK", _ => true, [], cancellationToken);
                throw;
            }
        },
        cancellationToken);

    /// <summary>Every table of the database.</summary>
    public async Task<IReadOnlyList<SourceTable>> TablesAsync(CancellationToken cancellationToken)
    {
        List<(string Schema, string Table)> tables = await QueryAsync(
            """
            SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'
              AND table_schema NOT IN ('crdb_internal', 'information_schema', 'pg_catalog', 'pg_extension')
            """,
            row => (row.GetString(0), row.GetString(1)),
            cancellationToken);
        // Positions as text: the vector type differs between versions. Hidden and virtual key columns have positions too.
        var keys = (await QueryAsync(
            """
            SELECT n.nspname::STRING, c.relname::STRING, i.indkey::STRING FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE i.indisprimary
            """,
            row => ((Schema: row.GetString(0), Table: row.GetString(1)), Positions: row.GetString(2)),
            cancellationToken)).ToDictionary(row => row.Item1, row => row.Positions);
        var columns = (await QueryAsync(
            """
            SELECT n.nspname::STRING, c.relname::STRING, a.attnum::INT8, a.attname::STRING FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE a.attnum > 0 AND c.relkind IN ('r', 'p') AND n.nspname NOT IN ('crdb_internal', 'information_schema', 'pg_catalog')
            """,
            row => ((Schema: row.GetString(0), Table: row.GetString(1), Number: row.GetInt64(2)), Name: row.GetString(3)),
            cancellationToken)).ToDictionary(row => row.Item1, row => row.Name);
        return [.. tables.Select(table => new SourceTable(new TableName(Database, table.Schema, table.Table), Key(table)))];

        string[] Key((string Schema, string Table) table) => keys.GetValueOrDefault(table) is not { } positions
            ? []
            : [.. positions.Trim('{', '}').Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
                .Select(position => columns.GetValueOrDefault((table.Schema, table.Table, long.Parse(position, CultureInfo.InvariantCulture)), ""))];
    }

    /// <summary>Changefeeds that run or ended lately.</summary>
    public async Task<IReadOnlyList<FeedJob>> JobsAsync(CancellationToken cancellationToken) =>
        await QueryAsync(Version >= ClusterVersion.WatchedTables ? "SHOW CHANGEFEED JOBS WITH WATCHED_TABLES" : "SHOW CHANGEFEED JOBS", ReadJob, cancellationToken);

    /// <summary>One changefeed; null when the cluster does not know it.</summary>
    public async Task<FeedJob?> JobAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return (await QueryAsync($"SHOW CHANGEFEED JOB {Number(id)}", ReadJob, cancellationToken)).SingleOrDefault();
        }
        catch (ApiException e) when (e.Code == "source_refused" && e.Message.Contains("does not exist", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <summary>Runs CREATE CHANGEFEED.</summary>
    /// <returns>Job id.</returns>
    public async Task<string> CreateAsync(string statement, CancellationToken cancellationToken) =>
        (await QueryAsync(statement.TrimEnd(';'), row => row.GetInt64(0), cancellationToken))[0].ToString(CultureInfo.InvariantCulture);

    /// <summary>Makes an external connection, or puts another URI into the one there is.</summary>
    public async Task PutConnectionAsync(string name, string uri, CancellationToken cancellationToken)
    {
        string create = $"CREATE EXTERNAL CONNECTION {name} AS {SqlText.Literal(uri)}";
        try
        {
            await RunAsync(create, cancellationToken);
        }
        catch (ApiException e) when (e.Message.Contains("already exists", StringComparison.Ordinal))
        {
            await RunAsync($"DROP EXTERNAL CONNECTION {name}", cancellationToken);
            await RunAsync(create, cancellationToken);
        }
    }

    public Task DropConnectionAsync(string name, CancellationToken cancellationToken) => RunAsync($"DROP EXTERNAL CONNECTION {name}", cancellationToken);

    /// <summary><c>PAUSE</c>, <c>RESUME</c> or <c>CANCEL</c>; takes effect later.</summary>
    public Task ControlAsync(string action, string id, CancellationToken cancellationToken) => RunAsync($"{action} JOB {Number(id)}", cancellationToken);

    /// <summary>Adds and drops tables of a paused changefeed; with <paramref name="scan"/> the rows that the added ones have are sent, too.</summary>
    public async Task AlterAsync(string id, IReadOnlyList<string> added, IReadOnlyList<string> dropped, bool scan, CancellationToken cancellationToken)
    {
        string changes = string.Concat(added.Select(table => $" ADD {SqlText.Name(table)}{(scan ? " WITH initial_scan = 'yes'" : "")}").Concat(dropped.Select(table => $" DROP {SqlText.Name(table)}")));
        await QueryAsync($"ALTER CHANGEFEED {Number(id)}{changes}", _ => true, cancellationToken);
    }

    /// <summary>Rows as text, null for NULL.</summary>
    public async Task<IReadOnlyList<string?[]>> RowsAsync(string sql, CancellationToken cancellationToken) => await QueryAsync(
        sql,
        row => Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? null : Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture)).ToArray(),
        cancellationToken);

    /// <summary>A row as a JSON object in the forms of a changefeed, as of a time; null when there was none.</summary>
    /// <param name="table">Table with the columns of its key.</param>
    /// <param name="key">JSON array of a changefeed's key.</param>
    /// <param name="asOf">HLC text.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<string?> RowAsync(SourceTable table, string key, string asOf, CancellationToken cancellationToken)
    {
        using JsonDocument values = JsonDocument.Parse(key);
        string?[] parts = [.. values.RootElement.EnumerateArray().Select(part => part.ValueKind == JsonValueKind.String ? part.GetString() : part.GetRawText())];
        if (parts.Length != table.PrimaryKey.Count)
            throw new ApiException(409, "key_differs", $"the key of the letter has {parts.Length} parts and that of {table.Name} {table.PrimaryKey.Count}", "replay the letter as it arrived, or discard it");
        string where = string.Join(" AND ", table.PrimaryKey.Select((column, i) => $"t.{SqlText.Column(column)} = ${i + 1}"));
        return (await QueryAsync(
            $"SELECT row_to_json(t)::STRING FROM {SqlText.Name(table.Name.ToString())} AS t AS OF SYSTEM TIME {SqlText.Literal(asOf)} WHERE {where}", row => row.GetString(0), cancellationToken, parts)).SingleOrDefault();
    }

    /// <summary>Reads a table as of a time.</summary>
    /// <exception cref="ApiException"><c>cursor_too_old</c>: its changes since then are no longer kept. Other codes: that cannot be told.</exception>
    public Task ReadAsOfAsync(string table, string asOf, CancellationToken cancellationToken) =>
        RunAsync($"SELECT 1 FROM {SqlText.Name(table)} AS OF SYSTEM TIME {SqlText.Literal(asOf)} LIMIT 1", cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // Columns differ between versions: by name, absent ones are empty.
    private static FeedJob ReadJob(NpgsqlDataReader row)
    {
        Dictionary<string, int> columns = Enumerable.Range(0, row.FieldCount).ToDictionary(row.GetName, i => i, StringComparer.Ordinal);
        string high = Text("high_water_timestamp");
        return new FeedJob(
            Text("job_id"), Text("status"), Text("running_status"), HlcTimestamp.TryParse(high, out HlcTimestamp mark) ? mark : null, Text("error"), Text("sink_uri"),
            columns.TryGetValue("full_table_names", out int at) && !row.IsDBNull(at) ? row.GetFieldValue<string[]>(at) : [])
        { ShowsHeader = Text("description").Contains("webhook_auth_header", StringComparison.Ordinal) };

        string Text(string name) => columns.TryGetValue(name, out int column) && !row.IsDBNull(column) ? Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture)! : "";
    }

    private static string Number(string id) => long.Parse(id, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    private Task<List<bool>> RunAsync(string sql, CancellationToken cancellationToken) => QueryAsync(sql, _ => true, cancellationToken);

    private Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params string?[] values) =>
        RetryAsync(() => QueryOnceAsync(sql, read, values, cancellationToken), cancellationToken);

    /// <summary>Runs a statement, or a transaction from its beginning, again when another transaction got in its way.</summary>
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
                await Task.Delay(FirstDelay * (1 << attempt), cancellationToken);
            }
            catch (NpgsqlException e)
            {
                throw SourceFailure.From(e);
            }
        }
    }

    private async Task<List<T>> QueryOnceAsync<T>(string sql, Func<NpgsqlDataReader, T> read, string?[] values, CancellationToken cancellationToken)
    {
        // The driver gives a connection up after errors of class XX, which CockroachDB uses for ordinary refusals.
        if (_connection.State != System.Data.ConnectionState.Open) await _connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, _connection);
        // Without a type: the server reads the text as what it is compared with.
        foreach (string? value in values) command.Parameters.Add(new NpgsqlParameter { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Unknown });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }
}
