using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Contracts;
using Failback.Source;

namespace Failback.Control.Preflight;

/// <summary>
/// Whether the migration still replicates forward, from the old database to CockroachDB: what runs both ways at once goes round in a loop.
/// MOLT's Replicator keeps its staging schema on the side that it writes, here the cluster, in a database or schema named
/// <c>_replicator…</c> or <c>_cdc_sink…</c>, and moves its progress in the table <c>memo</c>.
/// </summary>
internal sealed class ForwardChecks(SourceCluster source)
{
    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(5);

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellationToken)
    {
        var checks = new List<Check>();
        HlcTimestamp now = HlcTimestamp.Parse(await source.NowAsync(cancellationToken));
        foreach (TableName memo in await MemosAsync(cancellationToken))
        {
            if (await ProgressAsync(memo, cancellationToken) is not { } progress || now.Time - progress.Time > Recently) continue;
            string place = memo.Schema == "public" ? memo.Database : memo.Schema;
            checks.Add(new Check(
                PreflightCodes.ForwardReplication, Severity.Error, "source", null,
                $"a Replicator with the staging schema {place} writes into this cluster (last progress "
                    + $"{progress.Time.UtcDateTime:HH:mm:ss} UTC): what runs forward and backward at once goes round in a loop",
                $"stop that Replicator; when it has ended: DROP TABLE {SqlText.Name(memo.ToString())};"));
        }

        return checks;
    }

    private async Task<IReadOnlyList<TableName>> MemosAsync(CancellationToken cancellationToken)
    {
        var found = new List<TableName>();
        foreach (string database in (await source.RowsAsync("SHOW DATABASES", cancellationToken)).Select(row => row[0]!)
            .Where(database => database == source.Database || IsStaging(database)))
        {
            string tables = database == source.Database
                ? "information_schema.tables"
                : $"{SqlText.Name(database)}.information_schema.tables";
            found.AddRange((await TryAsync($"SELECT table_schema::STRING FROM {tables} WHERE table_name = 'memo'", cancellationToken))
                .Select(row => row[0]!).Where(schema => IsStaging(database) || IsStaging(schema))
                .Select(schema => new TableName(database, schema, "memo")));
        }

        return found;
    }

    private async Task<HlcTimestamp?> ProgressAsync(TableName memo, CancellationToken cancellationToken)
    {
        IReadOnlyList<string?[]> rows = await TryAsync(
            $"SELECT max(crdb_internal_mvcc_timestamp)::STRING FROM {SqlText.Name(memo.ToString())}", cancellationToken);
        return rows is [[{ } text, ..], ..] && HlcTimestamp.TryParse(text, out HlcTimestamp progress) ? progress : null;
    }

    // A schema that the user may not read is not one that it could say anything about.
    private async Task<IReadOnlyList<string?[]>> TryAsync(string sql, CancellationToken cancellationToken)
    {
        try
        {
            return await source.RowsAsync(sql, cancellationToken);
        }
        catch (SourceException e) when (!e.IsUnavailable)
        {
            return [];
        }
    }

    private static bool IsStaging(string name) =>
        name.StartsWith("_replicator", StringComparison.Ordinal) || name.StartsWith("_cdc_sink", StringComparison.Ordinal);
}
