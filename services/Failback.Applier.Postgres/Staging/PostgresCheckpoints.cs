using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts;
using Npgsql;
using static Failback.Applier.Postgres.Staging.PostgresCommands;

namespace Failback.Applier.Postgres.Staging;

/// <summary>Checkpoints, positions, row versions and members in a schema of the target database.</summary>
internal sealed class PostgresCheckpoints(string schema) : ICheckpointStore
{
    private readonly PostgresCheckpointSql _sql = new(schema);

    /// <summary>Replicas start together; the advisory lock lets one of them create while the others wait.</summary>
    public async Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(transaction, "SELECT pg_advisory_xact_lock(hashtext($1))", cancellationToken, Text(schema));
        foreach (string statement in _sql.Create) await RunAsync(transaction, statement, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task RegisterAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        string lineage = StagingRows.NewLineage();
        await RunAsync(connection, _sql.Register, cancellationToken, Text(failback), Texts(tables), Text(lineage));
        await RunAsync(connection, _sql.GiveLineage, cancellationToken, Text(failback), Text(lineage));
        await RunAsync(connection, _sql.ForgetPublishers, cancellationToken, Text(failback));
    }

    public async Task<IReadOnlyList<string>> BeatAsync(
        DbConnection connection, string replica, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await RunAsync(connection, _sql.Beat, cancellationToken, Text(replica));
        return await QueryAsync(
            connection, null, _sql.Live, r => r.GetString(0), cancellationToken, new NpgsqlParameter { Value = lifetime });
    }

    public Task LeaveAsync(DbConnection connection, string replica, CancellationToken cancellationToken) =>
        RunAsync(connection, _sql.Leave, cancellationToken, Text(replica));

    public Task<IReadOnlyList<TableCheckpoint>> TakeOverAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, string replica, CancellationToken cancellationToken) =>
        QueryAsync(
            connection, null, _sql.TakeOver, StagingRows.Checkpoint, cancellationToken, Text(failback), Texts(tables), Text(replica));

    public Task<IReadOnlyList<TableCheckpoint>> ReadAsync(DbConnection connection, string failback, CancellationToken cancellationToken) =>
        QueryAsync(connection, null, _sql.Read, StagingRows.Checkpoint, cancellationToken, Text(failback));

    public Task<IReadOnlyList<TableCheckpoint>> LockAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        QueryAsync(
            transaction.Connection!, transaction, _sql.Lock, StagingRows.Checkpoint, cancellationToken, Text(failback), Texts(tables));

    public Task AdvanceAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableAdvance> advances, CancellationToken cancellationToken) =>
        RunAsync(
            transaction, _sql.Advance, cancellationToken, Text(failback), Texts([.. advances.Select(a => a.Table)]),
            Longs([.. advances.Select(a => a.Resolved.Wall)]), Ints([.. advances.Select(a => a.Resolved.Logical)]),
            Bools([.. advances.Select(a => a.Consistent)]),
            Longs([.. advances.Select(a => a.Added.Received)]), Longs([.. advances.Select(a => a.Added.Applied)]),
            Longs([.. advances.Select(a => a.Added.Superseded)]),
            Longs([.. advances.Select(a => a.Added.Filtered)]), Longs([.. advances.Select(a => a.Added.DeadLettered)]));

    public async Task RewindAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableRewind> rewinds, CancellationToken cancellationToken)
    {
        foreach (TableRewind to in rewinds)
        {
            await RunAsync(
                transaction, _sql.Rewind, cancellationToken, Text(failback), Text(to.Table), Long(to.Resolved.Wall),
                new NpgsqlParameter { Value = to.Resolved.Logical }, Long(to.Epoch), Long(to.Revision));
            await RunAsync(transaction, _sql.ForgetPositions, cancellationToken, Text(failback), Text(to.Table));
        }
    }

    public Task SaveKeyOrderAsync(
        DbTransaction transaction, string failback, string table, string order, CancellationToken cancellationToken) =>
        RunAsync(transaction, _sql.SaveKeyOrder, cancellationToken, Text(failback), Text(table), Text(order));

    public Task CountAsync(
        DbTransaction transaction, string failback, IReadOnlyList<(string Table, Counters Added)> counts,
        CancellationToken cancellationToken) =>
        RunAsync(
            transaction, _sql.Count, cancellationToken, Text(failback), Texts([.. counts.Select(c => c.Table)]),
            Longs([.. counts.Select(c => c.Added.Applied)]), Longs([.. counts.Select(c => c.Added.Superseded)]),
            Longs([.. counts.Select(c => c.Added.Filtered)]),
            Longs([.. counts.Select(c => c.Added.DeadLettered)]));

    public Task<IReadOnlyList<PublisherPosition>> ReadPositionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        QueryAsync(
            connection, null, _sql.ReadPositions, StagingRows.Position, cancellationToken, Text(failback), Texts(tables));

    public Task SavePositionsAsync(
        DbTransaction transaction, string failback, IReadOnlyList<PublisherPosition> positions, CancellationToken cancellationToken) =>
        RunAsync(
            transaction, _sql.SavePositions, cancellationToken, Text(failback), Texts([.. positions.Select(p => p.Table)]),
            Texts([.. positions.Select(p => p.Publisher)]),
            Longs([.. positions.Select(p => p.Sequence)]), Longs([.. positions.Select(p => p.Total)]));

    public Task<IReadOnlyList<RowVersion>> ReadVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken) =>
        QueryAsync(
            transaction.Connection!, transaction, _sql.ReadVersions, StagingRows.Version, cancellationToken, Text(failback), Text(table),
            Bytes(keys));

    public Task SaveVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> versions,
        CancellationToken cancellationToken) =>
        RunAsync(
            transaction, _sql.SaveVersions, cancellationToken, Text(failback), Text(table), Bytes([.. versions.Select(v => v.Key)]),
            Longs([.. versions.Select(v => v.Updated.Wall)]), Ints([.. versions.Select(v => v.Updated.Logical)]),
            Bools([.. versions.Select(v => v.Deleted)]));

    public Task<int> PruneVersionsAsync(
        DbTransaction transaction, string failback, string table, HlcTimestamp resolved, int most, CancellationToken cancellationToken) =>
        RunAsync(
            transaction, _sql.PruneVersions, cancellationToken, Text(failback), Text(table), Long(resolved.Wall),
            new NpgsqlParameter { Value = resolved.Logical }, new NpgsqlParameter { Value = most });

    public async Task<IReadOnlyDictionary<string, HlcTimestamp>> HighestVersionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Table, HlcTimestamp Updated)> found = await QueryAsync(
            connection, null, _sql.HighestVersions, r => (r.GetString(0), StagingRows.Timestamp(r, 1)),
            cancellationToken, Text(failback), Texts(tables));
        return found.ToDictionary(f => f.Table, f => f.Updated, StringComparer.Ordinal);
    }
}
