using System.Globalization;
using System.Text.Json;
using Failback.Contracts;
using Npgsql;

namespace Failback.Source;

/// <summary>
/// A connection to the CockroachDB cluster of a failback, with the statements that Failback runs on it. Refusals by the cluster are
/// thrown as <see cref="SourceException"/>.
/// </summary>
public sealed class SourceCluster : IAsyncDisposable
{
    private readonly SourceSession _session;

    private SourceCluster(SourceSession session, ClusterVersion version)
    {
        _session = session;
        Version = version;
    }

    public ClusterVersion Version { get; }

    public string Database => _session.Database;

    /// <exception cref="SourceException">The URL is wrong, no server answers, or the server is not CockroachDB.</exception>
    public static async Task<SourceCluster> OpenAsync(string url, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var session = new SourceSession(SourceUrl.Parse(url, timeout));
        try
        {
            return new SourceCluster(session, await session.OpenAsync(cancellationToken));
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns the cluster's current time as HLC text, from a transaction of its own.</summary>
    public async Task<string> NowAsync(CancellationToken cancellationToken) =>
        (await _session.QuerySerializableAsync(
            "SELECT cluster_logical_timestamp()::STRING", row => row.GetString(0), cancellationToken))[0];

    /// <summary>Returns every table of the database.</summary>
    public Task<IReadOnlyList<SourceTable>> TablesAsync(CancellationToken cancellationToken) =>
        SourceTables.ReadAsync(this, cancellationToken);

    /// <summary>Returns the foreign keys between tables of the database.</summary>
    public Task<IReadOnlyList<SourceForeignKey>> ForeignKeysAsync(CancellationToken cancellationToken) =>
        SourceTables.ForeignKeysAsync(this, cancellationToken);

    /// <summary>Returns a cluster setting in lower case; null: the release lacks it, or the user may not see it.</summary>
    public async Task<string?> SettingAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await RowsAsync($"SHOW CLUSTER SETTING {name}", cancellationToken))[0][0]?.ToLowerInvariant();
        }
        catch (SourceException e) when (!e.IsUnavailable)
        {
            // Older releases lack some settings, and not every user may see them.
            return null;
        }
    }

    /// <summary>Returns the changefeeds that run or ended recently.</summary>
    public async Task<IReadOnlyList<FeedJob>> JobsAsync(CancellationToken cancellationToken) =>
        await QueryAsync(
            Version >= ClusterVersion.WatchedTables
            ? "SHOW CHANGEFEED JOBS WITH WATCHED_TABLES"
            : "SHOW CHANGEFEED JOBS", ReadJob, cancellationToken);

    /// <summary>Returns one changefeed, or null when the cluster does not know it.</summary>
    public async Task<FeedJob?> JobAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return (await QueryAsync($"SHOW CHANGEFEED JOB {Number(id)}", ReadJob, cancellationToken)).SingleOrDefault();
        }
        catch (SourceException e) when (e.Code == SourceException.Refused && e.Message.Contains("does not exist", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <summary>Runs CREATE CHANGEFEED.</summary>
    /// <returns>Job id.</returns>
    public async Task<string> CreateAsync(string statement, CancellationToken cancellationToken) =>
        (await QueryAsync(statement.TrimEnd(';'), row => row.GetInt64(0), cancellationToken))[0].ToString(CultureInfo.InvariantCulture);

    /// <summary>Creates an external connection, or replaces the URI of an existing one.</summary>
    public async Task PutConnectionAsync(string name, string uri, CancellationToken cancellationToken)
    {
        string create = $"CREATE EXTERNAL CONNECTION {name} AS {SqlText.Literal(uri)}";
        try
        {
            await RunAsync(create, cancellationToken);
        }
        // CREATE does not replace a connection, so the old one is dropped first.
        catch (SourceException e) when (e.Message.Contains("already exists", StringComparison.Ordinal))
        {
            await RunAsync($"DROP EXTERNAL CONNECTION {name}", cancellationToken);
            await RunAsync(create, cancellationToken);
        }
    }

    public Task DropConnectionAsync(string name, CancellationToken cancellationToken) =>
        RunAsync($"DROP EXTERNAL CONNECTION {name}", cancellationToken);

    /// <summary>
    /// Runs <c>PAUSE</c>, <c>RESUME</c> or <c>CANCEL</c> on a job. The job reaches the new status some time after the call.
    /// </summary>
    public Task ControlAsync(string action, string id, CancellationToken cancellationToken) =>
        RunAsync($"{action} JOB {Number(id)}", cancellationToken);

    /// <summary>
    /// Adds and drops tables of a paused changefeed; with <paramref name="scan"/> the existing rows of the added tables are sent
    /// too.
    /// </summary>
    public async Task AlterAsync(
        string id, IReadOnlyList<string> added, IReadOnlyList<string> dropped, bool scan, CancellationToken cancellationToken)
    {
        if (Version < ClusterVersion.Alterations)
            throw new SourceException(
                SourceException.Refused, $"CockroachDB {Version} cannot alter a changefeed",
                "POST …/stop, then POST …/start: a new changefeed with the tables as they are wanted goes on where the old one was");
        string changes = string.Concat(
            added.Select(table => $" ADD {SqlText.Name(table)}{(scan ? ScanOfAdded() : "")}")
            .Concat(dropped.Select(table => $" DROP {SqlText.Name(table)}")));
        await QueryAsync($"ALTER CHANGEFEED {Number(id)}{changes}", _ => true, cancellationToken);
    }

    // Before 22.2 the option had no value; before 22.1 no changefeed can be altered.
    private string ScanOfAdded() => Version >= ClusterVersion.ScanWords ? " WITH initial_scan = 'yes'" : " WITH initial_scan";

    /// <summary>Returns the rows of a query as text, null for NULL.</summary>
    public async Task<IReadOnlyList<string?[]>> RowsAsync(string sql, CancellationToken cancellationToken) => await QueryAsync(
        sql,
        row => Enumerable.Range(0, row.FieldCount)
        .Select(i => row.IsDBNull(i) ? null : Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture)).ToArray(),
        cancellationToken);

    /// <summary>Returns a row as a JSON object in the format of a changefeed, as of a time, or null when it did not exist.</summary>
    /// <param name="table">Table with the columns of its key.</param>
    /// <param name="key">JSON array of a changefeed's key.</param>
    /// <param name="asOf">HLC timestamp as text.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<string?> RowAsync(SourceTable table, string key, string asOf, CancellationToken cancellationToken)
    {
        using JsonDocument values = JsonDocument.Parse(key);
        string?[] parts = [
            .. values.RootElement.EnumerateArray()
                .Select(part => part.ValueKind == JsonValueKind.String ? part.GetString() : part.GetRawText())];
        if (parts.Length != table.PrimaryKey.Count)
            throw new SourceException(
                SourceException.KeyDiffers,
                $"the key of the letter has {parts.Length} parts and that of {table.Name} {table.PrimaryKey.Count}",
                "replay the letter as it arrived, or discard it");
        string where = string.Join(" AND ", table.PrimaryKey.Select((column, i) => $"t.{SqlText.Column(column)} = ${i + 1}"));
        return (await QueryAsync(
            $"SELECT row_to_json(t)::STRING FROM {SqlText.Name(table.Name.ToString())} AS t AS OF SYSTEM TIME {SqlText.Literal(asOf)} "
                + $"WHERE {where}", row => row.GetString(0), cancellationToken, parts)).SingleOrDefault();
    }

    /// <summary>Checks that a table can still be read as of a time.</summary>
    /// <exception cref="SourceException">
    /// <c>cursor_too_old</c>: the changes since then are no longer kept. Other codes: the check was not possible.
    /// </exception>
    public async Task ReadAsOfAsync(string table, string asOf, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync($"SELECT 1 FROM {SqlText.Name(table)} AS OF SYSTEM TIME {SqlText.Literal(asOf)} LIMIT 1", cancellationToken);
        }
        // The session is in the database and the table was found: only then, at the time, they were not there.
        catch (SourceException e) when (e.State is "3D000" or "42P01" or "3F000")
        {
            throw new SourceException(
                SourceException.CursorTooOld, $"the cursor {asOf} is older than {table}: {e.Message}",
                "PUT the definition with a changefeed.cursor that is later than the making of the table, or with none");
        }
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    // The columns differ between versions, so they are found by name; absent ones are empty.
    private static FeedJob ReadJob(NpgsqlDataReader row)
    {
        Dictionary<string, int> columns = Enumerable.Range(0, row.FieldCount).ToDictionary(row.GetName, i => i, StringComparer.Ordinal);
        string high = Text("high_water_timestamp");
        return new FeedJob(
            Text("job_id"), Text("status"), Text("running_status"), HlcTimestamp.TryParse(high, out HlcTimestamp mark)
            ? mark
            : null, Text("error"), Text("sink_uri"),
            columns.TryGetValue("full_table_names", out int at) && !row.IsDBNull(at) ? row.GetFieldValue<string[]>(at) : [])
        { ShowsHeader = Text("description").Contains("webhook_auth_header", StringComparison.Ordinal) };

        string Text(string name) =>
            columns.TryGetValue(name, out int column) && !row.IsDBNull(column)
            ? Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture)!
            : "";
    }

    // Parsed and printed again: a job id goes into the statement as text and must be nothing but digits.
    private static string Number(string id) => long.Parse(id, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    private Task<List<bool>> RunAsync(string sql, CancellationToken cancellationToken) => QueryAsync(sql, _ => true, cancellationToken);

    private Task<List<T>> QueryAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params string?[] values) =>
        _session.QueryAsync(sql, read, values, cancellationToken);
}
