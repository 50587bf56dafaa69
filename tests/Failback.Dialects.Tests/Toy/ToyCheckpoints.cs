using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts;

namespace Failback.Dialects.Tests.Toy;

/// <summary>
/// The engine's own tables, in the attached file. A transaction here locks the whole database: nothing more is needed for the fence.
/// </summary>
internal sealed class ToyCheckpoints(string schema) : ICheckpointStore
{
    private const string Now = "unixepoch('subsec')";

    private readonly string _s = ToySql.Quote(schema);

    private string[] Create =>
    [
        $"""
        CREATE TABLE IF NOT EXISTS {_s}.checkpoint (failback text, table_name text, resolved_wall integer DEFAULT 0, resolved_logical integer DEFAULT 0, epoch integer DEFAULT 0,
            revision integer DEFAULT 0, owner text DEFAULT '', consistent integer DEFAULT 0, received integer DEFAULT 0, applied integer DEFAULT 0, superseded integer DEFAULT 0,
            filtered integer DEFAULT 0, dead_lettered integer DEFAULT 0, lineage text, key_order text, PRIMARY KEY (failback, table_name))
        """,
        $"CREATE TABLE IF NOT EXISTS {_s}.publisher_position (failback text, table_name text, publisher text, sequence integer, total "
            + $"integer, PRIMARY KEY (failback, table_name, publisher))",
        $"CREATE TABLE IF NOT EXISTS {_s}.row_version (failback text, table_name text, key_digest blob, wall integer, logical integer, "
            + $"deleted integer, PRIMARY KEY (failback, table_name, key_digest))",
        $"""
        CREATE TABLE IF NOT EXISTS {_s}.pending_mutation (id integer PRIMARY KEY, failback text, table_name text, key_digest blob, wall integer, logical integer, key_json blob, after_json blob,
            before_json blob, state text, error_class text, error_code text, error_message text, attempts integer, reason text, settled_by text, created_at real DEFAULT ({Now}),
            changed_at real DEFAULT ({Now}), UNIQUE (failback, table_name, key_digest, wall, logical))
        """,
        $"CREATE TABLE IF NOT EXISTS {_s}.member (replica text PRIMARY KEY, seen_at real)",
    ];

    public async Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        foreach (string statement in Create) await ToySql.RunAsync(connection, null, statement, cancellationToken);
    }

    public async Task RegisterAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        foreach (string table in tables)
            await ToySql.RunAsync(
                connection, null, $"INSERT OR IGNORE INTO {_s}.checkpoint (failback, table_name, lineage) VALUES ($1, $2, $3)",
                cancellationToken, failback, table, StagingRows.NewLineage());
    }

    public async Task<IReadOnlyList<string>> BeatAsync(
        DbConnection connection, string replica, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await ToySql.RunAsync(connection, null, $"INSERT OR REPLACE INTO {_s}.member VALUES ($1, {Now})", cancellationToken, replica);
        return await ToySql.QueryAsync(
            connection, null, $"SELECT replica FROM {_s}.member WHERE seen_at > {Now} - $1 ORDER BY replica", row => row.GetString(0),
            cancellationToken, lifetime.TotalSeconds);
    }

    public Task LeaveAsync(DbConnection connection, string replica, CancellationToken cancellationToken) =>
        ToySql.RunAsync(connection, null, $"DELETE FROM {_s}.member WHERE replica = $1", cancellationToken, replica);

    public async Task<IReadOnlyList<TableCheckpoint>> TakeOverAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, string replica, CancellationToken cancellationToken)
    {
        var taken = new List<TableCheckpoint>();
        foreach (string table in tables)
            taken.AddRange(
                await ToySql.QueryAsync(
                    connection, null,
                    $"UPDATE {_s}.checkpoint SET epoch = epoch + 1, owner = $3 WHERE failback = $1 AND table_name = $2 RETURNING "
                        + $"{StagingRows.CheckpointColumns}", StagingRows.Checkpoint, cancellationToken, failback, table, replica));
        return taken;
    }

    public async Task RewindAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableRewind> rewinds, CancellationToken cancellationToken)
    {
        foreach (TableRewind to in rewinds)
        {
            await ToySql.RunAsync(
                transaction.Connection!, transaction,
                $"UPDATE {_s}.checkpoint SET resolved_wall = $3, resolved_logical = $4, epoch = $5, revision = $6, consistent = 0 WHERE "
                    + "failback = $1 AND table_name = $2",
                cancellationToken, failback, to.Table, to.Resolved.Wall, to.Resolved.Logical, to.Epoch, to.Revision);
            await ToySql.RunAsync(
                transaction.Connection!, transaction, $"DELETE FROM {_s}.publisher_position WHERE failback = $1 AND table_name = $2",
                cancellationToken, failback, to.Table);
        }
    }

    public Task<IReadOnlyList<TableCheckpoint>> ReadAsync(DbConnection connection, string failback, CancellationToken cancellationToken) =>
        ToySql.QueryAsync(
            connection, null, $"SELECT {StagingRows.CheckpointColumns} FROM {_s}.checkpoint WHERE failback = $1", StagingRows.Checkpoint,
            cancellationToken,
            failback);

    public async Task<IReadOnlyList<TableCheckpoint>> LockAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        IReadOnlyList<TableCheckpoint> all = await ToySql.QueryAsync(
            transaction.Connection!, transaction, $"SELECT {StagingRows.CheckpointColumns} FROM {_s}.checkpoint WHERE failback = $1",
            StagingRows.Checkpoint,
            cancellationToken, failback);
        return [.. all.Where(c => tables.Contains(c.Table, StringComparer.Ordinal))];
    }

    public async Task AdvanceAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableAdvance> advances, CancellationToken cancellationToken)
    {
        foreach (TableAdvance a in advances)
        {
            await RunAsync(
                transaction,
                $"""
                UPDATE {_s}.checkpoint SET resolved_wall = $3, resolved_logical = $4, consistent = $5, revision = revision + 1, received = received + $6, applied = applied + $7,
                    superseded = superseded + $8, filtered = filtered + $9, dead_lettered = dead_lettered + $10 WHERE failback = $1 AND table_name = $2
                """,
                cancellationToken, failback, a.Table, a.Resolved.Wall, a.Resolved.Logical, a.Consistent, a.Added.Received, a.Added.Applied,
                a.Added.Superseded, a.Added.Filtered, a.Added.DeadLettered);
        }
    }

    public Task SaveKeyOrderAsync(
        DbTransaction transaction, string failback, string table, string order, CancellationToken cancellationToken) =>
        RunAsync(
            transaction, $"UPDATE {_s}.checkpoint SET key_order = $3 WHERE failback = $1 AND table_name = $2", cancellationToken, failback,
            table, order);

    public async Task CountAsync(
        DbTransaction transaction, string failback, IReadOnlyList<(string Table, Counters Added)> counts,
        CancellationToken cancellationToken)
    {
        foreach ((string table, Counters added) in counts)
        {
            await RunAsync(
                transaction,
                $"UPDATE {_s}.checkpoint SET applied = applied + $3, superseded = superseded + $4, filtered = filtered + $5, "
                    + $"dead_lettered = dead_lettered + $6 WHERE failback = $1 AND table_name = $2",
                cancellationToken, failback, table, added.Applied, added.Superseded, added.Filtered, added.DeadLettered);
        }
    }

    public async Task<IReadOnlyList<PublisherPosition>> ReadPositionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        IReadOnlyList<PublisherPosition> all = await ToySql.QueryAsync(
            connection, null, $"SELECT {StagingRows.PositionColumns} FROM {_s}.publisher_position WHERE failback = $1",
            StagingRows.Position, cancellationToken, failback);
        return [.. all.Where(p => tables.Contains(p.Table, StringComparer.Ordinal))];
    }

    public async Task SavePositionsAsync(
        DbTransaction transaction, string failback, IReadOnlyList<PublisherPosition> positions, CancellationToken cancellationToken)
    {
        foreach (PublisherPosition p in positions)
            await RunAsync(
                transaction, $"INSERT OR REPLACE INTO {_s}.publisher_position VALUES ($1, $2, $3, $4, $5)", cancellationToken, failback,
                p.Table, p.Publisher, p.Sequence, p.Total);
    }

    public async Task<IReadOnlyList<RowVersion>> ReadVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken)
    {
        var found = new List<RowVersion>();
        foreach (byte[] key in keys)
        {
            found.AddRange(await ToySql.QueryAsync(
                transaction.Connection!, transaction,
                $"SELECT {StagingRows.VersionColumns} FROM {_s}.row_version WHERE failback = $1 AND table_name = $2 AND key_digest "
                    + $"= $3",
                StagingRows.Version,
                cancellationToken, failback, table, key));
        }

        return found;
    }

    public async Task SaveVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> versions, CancellationToken cancellationToken)
    {
        foreach (RowVersion v in versions)
            await RunAsync(
                transaction, $"INSERT OR REPLACE INTO {_s}.row_version VALUES ($1, $2, $3, $4, $5, $6)", cancellationToken, failback, table,
                v.Key, v.Updated.Wall, v.Updated.Logical, v.Deleted);
    }

    public Task<int> PruneVersionsAsync(
        DbTransaction transaction, string failback, string table, HlcTimestamp resolved, int most, CancellationToken cancellationToken) =>
        RunAsync(
            transaction,
            $"DELETE FROM {_s}.row_version WHERE rowid IN (SELECT rowid FROM {_s}.row_version WHERE failback = $1 AND table_name = $2 "
                + "AND (wall, logical) <= ($3, $4) LIMIT $5)",
            cancellationToken, failback, table, resolved.Wall, resolved.Logical, most);

    public async Task<IReadOnlyDictionary<string, HlcTimestamp>> HighestVersionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Table, HlcTimestamp Updated)> all = await ToySql.QueryAsync(
            connection, null, $"SELECT table_name, wall, logical FROM {_s}.row_version WHERE failback = $1",
            r => (r.GetString(0), StagingRows.Timestamp(r, 1)), cancellationToken, failback);
        return all.Where(v => tables.Contains(v.Table, StringComparer.Ordinal)).GroupBy(v => v.Table, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Max(v => v.Updated), StringComparer.Ordinal);
    }

    private static Task<int> RunAsync(
        DbTransaction transaction, string sql, CancellationToken cancellationToken, params object?[] values) =>
        ToySql.RunAsync(transaction.Connection!, transaction, sql, cancellationToken, values);
}
