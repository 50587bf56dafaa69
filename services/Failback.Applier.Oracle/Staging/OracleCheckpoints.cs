using System.Data.Common;
using System.Globalization;
using Failback.Applier.Oracle.Catalog;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts;
using static Failback.Applier.Oracle.Staging.OracleCommands;

namespace Failback.Applier.Oracle.Staging;

/// <summary>
/// Checkpoints, positions, row versions and members in the target. Oracle's schemas are users: one is only used, never made.
/// </summary>
internal sealed class OracleCheckpoints(string schema) : ICheckpointStore
{
    private const int AlreadyExists = 955;
    private const int ColumnExists = 1430;

    private OracleCheckpointSql? _sql;

    /// <summary>
    /// Replicas start together: a table or column that another has just made is no error. Of an earlier build's tables columns may be
    /// missing.
    /// </summary>
    public async Task EnsureAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var session = (OracleSession)connection;
        OraclePlace place = await OraclePlace.InAsync(session, schema, cancellationToken);
        _sql = new OracleCheckpointSql(place);
        foreach ((string table, string create) in OracleStagingTables.Names.Zip(_sql.Create))
        {
            if (!await place.HasTableAsync(session, table, cancellationToken))
                await AlterAsync(session, create, AlreadyExists, cancellationToken);
        }

        foreach ((string table, string column, string type) in OracleCheckpointSql.Added)
        {
            (string owner, string name) = place.Name(table);
            OracleArgument[] arguments = [
                new("owner", OracleBind.Text, owner.Length == 0 ? null : owner), OracleArgument.Of("name", name),
                OracleArgument.Of("column_name", column)];
            if (!(await session.ReadAsync(OracleCheckpointSql.ColumnExists, arguments, r => r.Flag(0), cancellationToken))[0])
                await AlterAsync(session, _sql.Add(table, column, type), ColumnExists, cancellationToken);
        }
    }

    public async Task RegisterAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(connection, cancellationToken);
        string lineage = StagingRows.NewLineage();
        await RunAsync(session, sql.Register, Of(failback, tables, t => t).Text("lineage", _ => lineage), cancellationToken);
        await session.RunAsync(
            sql.GiveLineage, [OracleArgument.Of("lineage", lineage), OracleArgument.Of("failback", failback)], cancellationToken);
        await session.RunAsync(sql.ForgetPublishers, [OracleArgument.Of("failback", failback)], cancellationToken);
    }

    public async Task<IReadOnlyList<string>> BeatAsync(
        DbConnection connection, string replica, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(connection, cancellationToken);
        await session.RunAsync(sql.Beat, [OracleArgument.Of("replica", replica)], cancellationToken);
        string interval = lifetime.ToString(@"d' 'hh\:mm\:ss\.ffffff", CultureInfo.InvariantCulture);
        return await session.ReadAsync(sql.Live, [OracleArgument.Of("lifetime", interval)], r => r.Text(0), cancellationToken);
    }

    public async Task LeaveAsync(DbConnection connection, string replica, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(connection, cancellationToken);
        await session.RunAsync(sql.Leave, [OracleArgument.Of("replica", replica)], cancellationToken);
    }

    public async Task<IReadOnlyList<TableCheckpoint>> TakeOverAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, string replica, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(connection, cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        await RunAsync(
            session, sql.TakeOver, Of(failback, [.. tables.Order(StringComparer.Ordinal)], t => t).Text("owner", _ => replica),
            cancellationToken);
        IReadOnlyList<TableCheckpoint> taken = await ByTableAsync(
            session, sql.ReadTables, failback, tables, r => StagingRows.Checkpoint(r.Reader), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return taken;
    }

    public async Task<IReadOnlyList<TableCheckpoint>> ReadAsync(
        DbConnection connection, string failback, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(connection, cancellationToken);
        return await session.ReadAsync(
            sql.Read, [OracleArgument.Of("failback", failback)], r => StagingRows.Checkpoint(r.Reader), cancellationToken);
    }

    public async Task<IReadOnlyList<TableCheckpoint>> LockAsync(
        DbTransaction transaction, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        return await ByTableAsync(session, sql.Lock, failback, tables, r => StagingRows.Checkpoint(r.Reader), cancellationToken);
    }

    public async Task AdvanceAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableAdvance> advances, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        OracleArguments<TableAdvance> rows = Of(failback, advances, a => a.Table)
            .Number("wall", a => a.Resolved.Wall).Number("logical", a => a.Resolved.Logical)
            .Number("consistent", a => a.Consistent ? 1 : 0).Number("received", a => a.Added.Received)
            .Number("applied", a => a.Added.Applied).Number("superseded", a => a.Added.Superseded)
            .Number("filtered", a => a.Added.Filtered).Number("dead_lettered", a => a.Added.DeadLettered);
        await RunAsync(session, sql.Advance, rows, cancellationToken);
    }

    public async Task RewindAsync(
        DbTransaction transaction, string failback, IReadOnlyList<TableRewind> rewinds, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        await RunAsync(
            session, sql.Rewind, Of(failback, rewinds, to => to.Table).Number("wall", to => to.Resolved.Wall)
                .Number("logical", to => to.Resolved.Logical).Number("epoch", to => to.Epoch).Number("revision", to => to.Revision),
            cancellationToken);
        await RunAsync(session, sql.ForgetPositions, Of(failback, rewinds, to => to.Table), cancellationToken);
    }

    public async Task SaveKeyOrderAsync(
        DbTransaction transaction, string failback, string table, string order, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        await RunAsync(session, sql.SaveKeyOrder, Of(failback, [order], _ => table).Text("key_order", o => o), cancellationToken);
    }

    public async Task CountAsync(
        DbTransaction transaction, string failback, IReadOnlyList<(string Table, Counters Added)> counts,
        CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        OracleArguments<(string Table, Counters Added)> rows = Of(failback, counts, c => c.Table)
            .Number("applied", c => c.Added.Applied).Number("superseded", c => c.Added.Superseded)
            .Number("filtered", c => c.Added.Filtered).Number("dead_lettered", c => c.Added.DeadLettered);
        await RunAsync(session, sql.Count, rows, cancellationToken);
    }

    public async Task<IReadOnlyList<PublisherPosition>> ReadPositionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(connection, cancellationToken);
        return await ByTableAsync(session, sql.ReadPositions, failback, tables, r => StagingRows.Position(r.Reader), cancellationToken);
    }

    public async Task SavePositionsAsync(
        DbTransaction transaction, string failback, IReadOnlyList<PublisherPosition> positions, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        OracleArguments<PublisherPosition> rows = Of(failback, positions, p => p.Table)
            .Text("publisher", p => p.Publisher).Number("sequence", p => p.Sequence).Number("total", p => p.Total);
        await RunAsync(session, sql.SavePositions, rows, cancellationToken);
    }

    public async Task<IReadOnlyList<RowVersion>> ReadVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        return await ByKeyAsync(session, sql.ReadVersions, failback, table, keys, r => StagingRows.Version(r.Reader), cancellationToken);
    }

    public async Task SaveVersionsAsync(
        DbTransaction transaction, string failback, string table, IReadOnlyList<RowVersion> versions, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        OracleArguments<RowVersion> rows = Of(failback, versions, _ => table)
            .Raw("key_digest", v => v.Key).Number("wall", v => v.Updated.Wall).Number("logical", v => v.Updated.Logical)
            .Number("deleted", v => v.Deleted ? 1 : 0);
        await RunAsync(session, sql.SaveVersions, rows, cancellationToken);
    }

    public async Task<int> PruneVersionsAsync(
        DbTransaction transaction, string failback, string table, HlcTimestamp resolved, int most, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(transaction.Connection!, cancellationToken);
        return await session.RunAsync(
            sql.PruneVersions,
            [OracleArgument.Of("failback", failback), OracleArgument.Of("table_name", table), OracleArgument.Of("wall", resolved.Wall),
                OracleArgument.Of("logical", resolved.Logical), OracleArgument.Of("most", most)],
            cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, HlcTimestamp>> HighestVersionsAsync(
        DbConnection connection, string failback, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        (OracleSession session, OracleCheckpointSql sql) = await AtAsync(connection, cancellationToken);
        IReadOnlyList<(string Table, HlcTimestamp Updated)> found = await ByTableAsync(
            session, sql.HighestVersions, failback, tables, r => (r.Text(0), StagingRows.Padded(r.Reader, 1)), cancellationToken);
        return found.ToDictionary(f => f.Table, f => f.Updated, StringComparer.Ordinal);
    }

    /// <summary>
    /// Where our tables are is asked once: an operator settles letters through a store on which <see cref="EnsureAsync"/> never ran.
    /// </summary>
    private async ValueTask<(OracleSession Session, OracleCheckpointSql Sql)> AtAsync(
        DbConnection connection, CancellationToken cancellationToken)
    {
        var session = (OracleSession)connection;
        _sql ??= new OracleCheckpointSql(await OraclePlace.InAsync(session, schema, cancellationToken));
        return (session, _sql);
    }

    private static async Task AlterAsync(OracleSession session, string statement, int done, CancellationToken cancellationToken)
    {
        try
        {
            await session.RunAsync(statement, [], cancellationToken);
        }
        catch (DbException e) when (session.Driver.ErrorNumber(e) == done)
        {
            return; // another replica was faster
        }
    }
}
