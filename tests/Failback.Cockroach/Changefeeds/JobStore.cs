using System.Globalization;
using System.Text.Json.Nodes;
using Failback.Contracts;
using Npgsql;

namespace Failback.Cockroach.Changefeeds;

/// <summary>Reads and writes the jobs of one database.</summary>
internal sealed class JobStore(NpgsqlDataSource database)
{
    /// <summary>Returns the jobs that have not finished.</summary>
    public async Task<IReadOnlyList<JobRecord>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            """
            SELECT id, status, coalesce(high_water, 0)::text, sink, options::text, tables::int8[], ARRAY(SELECT crdb_internal.full_name(t) FROM unnest(tables) WITH ORDINALITY AS u (t, i) ORDER BY i), scan, revision
            FROM crdb_internal.job WHERE finished IS NULL ORDER BY id
            """);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        var jobs = new List<JobRecord>();
        while (await reader.ReadAsync(cancellationToken))
        {
            long[] tables = reader.GetFieldValue<long[]>(5);
            string?[] names = reader.GetFieldValue<string?[]>(6);
            jobs.Add(new JobRecord(
                reader.GetInt64(0),
                reader.GetString(1),
                Hlc(reader.GetString(2)),
                reader.GetString(3),
                JsonNode.Parse(reader.GetString(4))!.AsObject(),
                tables.Zip(names).ToDictionary(pair => (uint)pair.First, pair => pair.Second ?? ""),
                reader.GetString(7),
                reader.GetInt64(8)));
        }

        return jobs;
    }

    /// <summary>Stores a job's report, as long as its status is still <paramref name="status"/>.</summary>
    public Task ReportAsync(long job, string status, string runningStatus, HlcTimestamp? highWater, CancellationToken cancellationToken) =>
        ExecuteAsync(
        "UPDATE crdb_internal.job SET running_status = $3, high_water = coalesce($4::numeric, high_water), modified = clock_timestamp() "
            + "WHERE id = $1 AND status = $2",
        cancellationToken, job, status, runningStatus, (object?)highWater?.ToString() ?? DBNull.Value);

    public Task ScannedAsync(long job, CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE crdb_internal.job SET scan = 'done' WHERE id = $1", cancellationToken, job);

    /// <summary>Changes the status of a job. Returns false when the status is no longer <paramref name="from"/>.</summary>
    public async Task<bool> ChangeAsync(long job, string from, string to, string error, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            """
            UPDATE crdb_internal.job SET status = $3, error = $4, running_status = CASE WHEN $3 = 'paused' THEN running_status ELSE '' END, modified = clock_timestamp(),
              finished = CASE WHEN $3 IN ('canceled', 'failed', 'succeeded') THEN clock_timestamp() END WHERE id = $1 AND status = $2
            """,
            cancellationToken, job, from, to, error) > 0;

    public async Task<string> SettingAsync(string name, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand("SELECT value FROM crdb_internal.setting WHERE variable = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        return (string?)await command.ExecuteScalarAsync(cancellationToken) ?? "";
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using NpgsqlCommand command = database.CreateCommand(sql);
        foreach (object value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static HlcTimestamp Hlc(string number)
    {
        string[] parts = number.Split('.');
        return new HlcTimestamp(
            long.Parse(parts[0], CultureInfo.InvariantCulture), parts.Length > 1
            ? int.Parse(parts[1].PadRight(10, '0')[..10], CultureInfo.InvariantCulture)
            : 0);
    }
}
