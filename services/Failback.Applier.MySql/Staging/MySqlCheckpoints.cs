using System.Data.Common;
using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Writing;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts;
using MySqlConnector;
using static Failback.Applier.MySql.Writing.MySqlCommands;

namespace Failback.Applier.MySql.Staging;

/// <summary>Checkpoints, positions, row versions and members in a database of their own on the target server.</summary>
internal sealed class MySqlCheckpoints(string schema) : ICheckpointStore
{
    private readonly MySqlCheckpointSql _sql = new(schema);

    /// <summary>The database is only created where it is missing, so that an operator may provide it.</summary>
    public async Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        IReadOnlyList<bool> exists = await QueryAsync(
            connection, null, MySqlCheckpointSql.DatabaseExists, r => r.GetBoolean(0), cancellationToken, schema);
        if (!exists[0]) await RunAsync(connection, null, _sql.CreateDatabase, cancellationToken);
        foreach (string statement in _sql.Create) await RunAsync(connection, null, statement, cancellationToken);
        await MySqlStagingColumns.AddAsync((MySqlConnection)connection, schema, cancellationToken);
    }

    public async Task RegisterAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        string lineage = StagingRows.NewLineage();
        await RunAsync(
            connection, null, List(_sql.Register, tables, "(?, ?, ?)"), cancellationToken,
            [.. tables.SelectMany(t => new object[] { failback, t, lineage })]);
        await RunAsync(connection, null, _sql.GiveLineage, cancellationToken, lineage, failback);
        await RunAsync(connection, null, _sql.ForgetPublishers, cancellationToken, failback);
    }

    public async Task<IReadOnlyList<string>> BeatAsync(
        DbConnection connection, string replica, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        await RunAsync(connection, null, _sql.Beat, cancellationToken, replica);
        return await QueryAsync(connection, null, _sql.Live, r => r.GetString(0), cancellationToken, (long)lifetime.TotalMicroseconds);
    }

    public Task LeaveAsync(DbConnection connection, string replica, CancellationToken cancellationToken) =>
        RunAsync(connection, null, _sql.Leave, cancellationToken, replica);

    public async Task<IReadOnlyList<TableCheckpoint>> TakeOverAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, string replica, CancellationToken cancellationToken)
    {
        await MySqlNamedLock.EndOthersAsync(
            (MySqlConnection)connection, [.. tables.Select(t => MySqlNamedLock.Name(schema, failback, t))], cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        await RunAsync(connection, transaction, List(_sql.TakeOver, tables), cancellationToken, [replica, failback, .. tables]);
        IReadOnlyList<TableCheckpoint> taken = await QueryAsync(
            connection, transaction, List(_sql.ReadTables, tables), StagingRows.Checkpoint, cancellationToken, [failback, .. tables]);
        await transaction.CommitAsync(cancellationToken);
        return taken;
    }

    public Task LetGoAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        RunAsync(connection, null, MySqlNamedLock.Release, cancellationToken, LockName(failback, tables));

    public Task<IReadOnlyList<TableCheckpoint>> ReadAsync(DbConnection connection, string failback, CancellationToken cancellationToken) =>
        QueryAsync(connection, null, _sql.Read, StagingRows.Checkpoint, cancellationToken, failback);

    public Task<IReadOnlyList<TableCheckpoint>> LockAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        QueryAsync(
            transaction.Connection!, transaction, MySqlNamedLock.Take + List(_sql.Lock, tables), StagingRows.Checkpoint, cancellationToken,
            [LockName(failback, tables), failback, .. tables]);

    private string LockName(string failback, IReadOnlyList<string> tables) =>
        MySqlNamedLock.Name(schema, failback, tables.Order(StringComparer.Ordinal).First());

    public async Task RewindAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableRewind> rewinds, CancellationToken cancellationToken)
    {
        foreach (TableRewind to in rewinds)
        {
            await RunAsync(
                transaction.Connection!, transaction, _sql.Rewind, cancellationToken, to.Resolved.Wall, to.Resolved.Logical, to.Epoch,
                to.Revision, failback, to.Table);
            await RunAsync(transaction.Connection!, transaction, _sql.ForgetPositions, cancellationToken, failback, to.Table);
        }
    }

    public Task SaveKeyOrderAsync(
        DbTransaction transaction, string failback, string table, string order, CancellationToken cancellationToken) =>
        RunAsync(transaction.Connection!, transaction, _sql.SaveKeyOrder, cancellationToken, order, failback, table);

    public async Task CountAsync(
        DbTransaction transaction, string failback, IReadOnlyList<(string Table, Counters Added)> counts,
        CancellationToken cancellationToken)
    {
        var bulk = MySqlBulk.Statements(transaction);
        foreach ((string table, Counters added) in counts)
            await bulk.AddAsync(
                _sql.Count, [added.Applied, added.Superseded, added.Filtered, added.DeadLettered, failback, table], cancellationToken);
        await bulk.FlushAsync(cancellationToken);
    }

    public async Task AdvanceAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableAdvance> advances, CancellationToken cancellationToken)
    {
        var bulk = MySqlBulk.Statements(transaction);
        foreach (TableAdvance a in advances)
        {
            await bulk.AddAsync(
                _sql.Advance,
                [a.Resolved.Wall, a.Resolved.Logical, a.Consistent, a.Added.Received, a.Added.Applied, a.Added.Superseded, a.Added.Filtered,
                    a.Added.DeadLettered, failback, a.Table],
                cancellationToken);
        }

        await bulk.FlushAsync(cancellationToken);
    }

    public Task<IReadOnlyList<PublisherPosition>> ReadPositionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        QueryAsync(
            connection, null, List(_sql.ReadPositions, tables),
            StagingRows.Position, cancellationToken, [failback, .. tables]);

    public Task SavePositionsAsync(
        DbTransaction transaction, string failback, IReadOnlyList<PublisherPosition> positions, CancellationToken cancellationToken) =>
        InsertAsync(
            transaction, _sql.SavePositions, MySqlCheckpointSql.PositionRow, MySqlCheckpointSql.ReplacePosition,
            positions.Select(p => new object?[] { failback, p.Table, p.Publisher, p.Sequence, p.Total }), cancellationToken);

    public async Task<IReadOnlyList<RowVersion>> ReadVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken)
    {
        var found = new List<RowVersion>();
        foreach (byte[][] part in keys.Chunk(KeysPerQuery))
        {
            found.AddRange(await QueryAsync(
                transaction.Connection!, transaction, List(_sql.ReadVersions, part),
                StagingRows.Version, cancellationToken, [failback, table, .. part]));
        }

        return found;
    }

    public Task SaveVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> versions,
        CancellationToken cancellationToken) =>
        InsertAsync(
            transaction, _sql.SaveVersions, "(?, ?, ?, ?, ?, ?)", MySqlCheckpointSql.ReplaceVersion,
            versions.Select(v => new object?[] { failback, table, v.Key, v.Updated.Wall, v.Updated.Logical, v.Deleted }),
            cancellationToken);

    public Task<int> PruneVersionsAsync(
        DbTransaction transaction, string failback, string table, HlcTimestamp resolved, int most, CancellationToken cancellationToken) =>
        RunAsync(
            transaction.Connection!, transaction, _sql.PruneVersions, cancellationToken, failback, table, resolved.Wall, resolved.Wall,
            resolved.Logical, most);

    public async Task<IReadOnlyDictionary<string, HlcTimestamp>> HighestVersionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Table, HlcTimestamp Updated)> found = await QueryAsync(
            connection, null, List(_sql.HighestVersions, tables), r => (r.GetString(0), StagingRows.Timestamp(r, 1)),
            cancellationToken, [failback, .. tables, failback]);
        return found.ToDictionary(f => f.Table, f => f.Updated, StringComparer.Ordinal);
    }
}
