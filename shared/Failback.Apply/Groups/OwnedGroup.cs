using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Settings;
using Failback.Apply.Staging;
using Failback.Apply.Tables;
using Failback.Apply.Writing;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Messaging.Reading;
using Failback.Scripting;

namespace Failback.Apply.Groups;

/// <summary>The tables of a group from the moment this replica has taken them over: their state in memory mirrors the target's.</summary>
internal sealed class OwnedGroup
{
    private readonly GroupContext _context;
    private readonly IReadOnlyList<TableRoute> _routes;
    private readonly ScriptPlan _script;
    private long _waitingElsewhere;
    private double _appliedSeconds;

    private OwnedGroup(
        GroupContext context, MemoryShare memory, IReadOnlyList<TableRoute> routes, IReadOnlyList<TargetTable> targets,
        IReadOnlyList<TargetTable> catalog, ShapeGuard shapes, ScriptPlan script)
    {
        Shapes = shapes;
        _script = script;
        _context = context;
        _routes = routes;
        Tables = [.. targets.Select((t, i) => TableOf(i, routes[i], t))];
        Catalog = catalog;
        Order = ApplyOrder.Of(targets, catalog);
        Memory = memory;
        Inbox = new GroupInbox(context.Spec.Name, Tables, memory, context.Time, context.Logger);
    }

    public IReadOnlyList<GroupTable> Tables { get; }

    /// <summary>What the tables were when they were described.</summary>
    public ShapeGuard Shapes { get; }

    public ApplyOrder Order { get; private set; }

    public GroupInbox Inbox { get; }

    /// <summary>What its messages may take.</summary>
    public MemoryShare Memory { get; }

    /// <summary>Since when a transaction is under way; null: none is.</summary>
    public DateTimeOffset? BusySince { get; set; }

    /// <summary>Questions to this owner.</summary>
    public GroupDesk Desk { get; } = new();

    /// <summary>Every table is at least here.</summary>
    public HlcTimestamp Resolved => Tables.Min(t => t.Checkpoint.Resolved);

    /// <summary>Every queue has been read at least this far.</summary>
    public HlcTimestamp ReceivedResolved => Tables.Min(t => t.ReceivedResolved);

    /// <summary>
    /// What <see cref="NoteApplied"/> noted, in seconds since 1970, for other threads than the group's own; 0: nothing yet.
    /// </summary>
    public double AppliedSeconds => Volatile.Read(ref _appliedSeconds);

    /// <summary>Letters wait that this group tries: its own and, of the group that leads, those of the others.</summary>
    public bool HasWaitingLetters => Tables.Any(t => t.Letters.Waiting > 0) || (Leads && _waitingElsewhere > 0);

    /// <summary>Operators may have settled letters of the tables, or other groups have put some that the leading group tries.</summary>
    public bool MayHaveNewLetters => Leads || Tables.Any(t => t.Letters.Open > 0);

    /// <summary>All tables of the target, as they were read last.</summary>
    public IReadOnlyList<TargetTable> Catalog { get; private set; }

    /// <summary>One group of a failback sees to what concerns several.</summary>
    public bool Leads => Tables.Any(t => t.Name == _context.Spec.Tables[0].Target);

    /// <summary>True when the group has the table, as in the target; without a table: when it leads.</summary>
    public bool Is(string? table) => table is null ? Leads : Tables.Any(t => t.Name == table);

    /// <summary>Memory, or the messages that a queue may have out, are used up.</summary>
    public bool IsPressed => Memory.IsExhausted || Tables.Any(t => t.Held.Count >= _context.Prefetch);

    private string[] Names => [.. Tables.Select(t => t.Name)];

    /// <summary>Raises the epoch of the tables, so that whoever held them can commit nothing more, and reads where they stand.</summary>
    /// <exception cref="GroupHaltedException">A table is missing in the target or has no primary key.</exception>
    public static async Task<OwnedGroup> TakeOverAsync(
        GroupContext context, MemoryShare memory, IReadOnlyList<TableRoute> given, DbConnection connection,
        CancellationToken cancellationToken)
    {
        ScriptPlan plan = await context.Script.PlanAsync(cancellationToken);
        IReadOnlyList<TableRoute> ours = [.. given.Select(r => WithoutIgnored(r, plan))];
        var shapes = new ShapeGuard(context.Dialect);
        (IReadOnlyList<TargetTable> targets, IReadOnlyList<TargetTable> catalog) = await DescribeAsync(
            context, ours, plan, shapes, connection, cancellationToken);
        var group = new OwnedGroup(context, memory, ours, targets, catalog, shapes, plan);
        ICheckpointStore staged = context.Checkpoints;
        string failback = context.Spec.Name;
        // Before anything is changed: raising the epoch of a target that went back would hide that it did.
        await context.Continuity.CheckAsync(
            failback, ours, await staged.ReadAsync(connection, failback, cancellationToken), cancellationToken);
        IReadOnlyList<TableCheckpoint> checkpoints = await staged.TakeOverAsync(
            connection, failback, group.Names, context.Replica, cancellationToken);
        IReadOnlyDictionary<string, HlcTimestamp> versions = await staged.HighestVersionsAsync(
            connection, failback, group.Names, cancellationToken);
        foreach (GroupTable table in group.Tables)
        {
            table.Resume(checkpoints.Single(c => c.Table == table.Name));
            table.ReceivedResolved = table.Checkpoint.Resolved;
            table.HighestVersion = versions.GetValueOrDefault(table.Name);
        }

        foreach (PublisherPosition position in await staged.ReadPositionsAsync(connection, failback, group.Names, cancellationToken))
            group.Tables.Single(t => t.Name == position.Table).Settled[position.Publisher] = position;
        group.NoteContinuity();
        await group.LookAtLettersAsync(connection, cancellationToken);
        context.Metrics.TookOver(failback);
        ApplyLog.TookOver(
            context.Logger, failback, group.Tables.Count, group.Tables.Max(t => t.Checkpoint.Epoch), group.Resolved.ToString());
        return group;
    }

    /// <summary>Shows to others how far every table is.</summary>
    public void NoteApplied()
    {
        HlcTimestamp applied = Tables.Min(t => t.AppliedResolved);
        if (applied != default) Volatile.Write(ref _appliedSeconds, (applied.Time - DateTimeOffset.UnixEpoch).TotalSeconds);
    }

    /// <summary>Reads the catalogue again after the target refused what no longer fits it.</summary>
    public async Task DescribeAgainAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        (IReadOnlyList<TargetTable> targets, IReadOnlyList<TargetTable> catalog) = await DescribeAsync(
            _context, _routes, _script, Shapes, connection, cancellationToken);
        for (int i = 0; i < targets.Count; i++) Tables[i].Describe(targets[i]);
        Catalog = catalog;
        Order = ApplyOrder.Of(targets, catalog);
    }

    /// <summary>Reads the catalogue again when the tables have changed, or when the dialect cannot tell.</summary>
    public async Task RefreshAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (await Shapes.NoteAsync(connection, [.. Tables.Select(t => t.Target.Name)], cancellationToken))
            await DescribeAgainAsync(connection, cancellationToken);
    }

    /// <summary>Every table of the failback: ours as they are, the others freshly described and only to be looked at.</summary>
    public async Task<IReadOnlyList<GroupTable>> DescribeAllAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (Tables.Count == _context.Spec.Tables.Count) return Tables;
        IReadOnlyList<TableRoute> all = [.. _context.Spec.Tables.Select(r => WithoutIgnored(r, _script))];
        (IReadOnlyList<TargetTable> targets, _) = await DescribeAsync(_context, all, _script, Shapes, connection, cancellationToken);
        IReadOnlyList<TableCheckpoint> checkpoints = await _context.Checkpoints.ReadAsync(
            connection, _context.Spec.Name, cancellationToken);
        GroupTable[] tables = [.. targets.Select((t, i) => TableOf(i, all[i], t))];
        foreach (GroupTable table in tables)
        {
            if (checkpoints.FirstOrDefault(c => c.Table == table.Name) is { } checkpoint) table.Resume(checkpoint);
        }

        return tables;
    }

    /// <summary>What holds the watermarks now.</summary>
    public async Task LookAtLettersAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        IReadOnlyList<OpenLetters> open = await _context.Letters.ReadOpenAsync(
            connection, _context.Spec.Name, [.. _context.Spec.Tables.Select(t => t.Target)], cancellationToken);
        _waitingElsewhere = open.Where(o => !Tables.Any(t => t.Name == o.Table)).Sum(o => o.Waiting);
        IReadOnlyList<TableCheckpoint> checkpoints = await _context.Checkpoints.ReadAsync(
            connection, _context.Spec.Name, cancellationToken);
        foreach (GroupTable table in Tables)
        {
            table.Letters = open.FirstOrDefault(o => o.Table == table.Name) ?? new OpenLetters(table.Name, default, 0, 0);
            TableCheckpoint? now = checkpoints.FirstOrDefault(c => c.Table == table.Name);
            // Seen without a lock, this is only a reason to take the tables over again, which asks what was known of them.
            if (now is null || now.Epoch != table.Checkpoint.Epoch || now.Revision != table.Checkpoint.Revision)
                throw new FencedException($"{table.Name} is no longer as this owner left it");
            // Operators and the leading group settle letters too, and count them in the target.
            table.Checkpoint = table.Checkpoint with { Counters = now.Counters };
        }
    }

    /// <summary>Remembers in the process where the tables are, for the next time that they are taken over.</summary>
    public void NoteContinuity()
    {
        foreach (GroupTable table in Tables) _context.Continuity.Note(table.Route, table.Checkpoint);
    }

    /// <summary>Gives all buffers back.</summary>
    public void Release()
    {
        foreach (GroupTable table in Tables) table.ReleaseAll();
    }

    /// <summary>The tables of the routes, and all tables that the target has.</summary>
    private static async Task<(IReadOnlyList<TargetTable> Targets, IReadOnlyList<TargetTable> Catalog)> DescribeAsync(
        GroupContext context, IReadOnlyList<TableRoute> routes, ScriptPlan script, ShapeGuard shapes, DbConnection connection,
        CancellationToken cancellationToken)
    {
        await shapes.NoteAsync(connection, [.. routes.Select(r => TableName.Parse(r.Target))], cancellationToken);
        IReadOnlyList<TargetTable> catalog = await context.Dialect.Catalog.ReadAsync(
            connection, context.Spec.StagingSchema, cancellationToken);
        var found = new List<TargetTable>(routes.Count);
        foreach (TableRoute route in routes)
        {
            TargetTable? table = catalog.FirstOrDefault(t => t.Name.ToString() == route.Target);
            if (TablePrecondition.Check(context, route, table, script) is { } failure)
                throw new GroupHaltedException(failure, route.Target);
            found.Add(table!);
        }

        return (found, catalog);
    }

    private GroupTable TableOf(int index, TableRoute route, TargetTable target) =>
        new(index, route, target, TablePrecondition.ExtrasOf(_context, _script, target))
        {
            IsScripted = _script.TableOf(target.Name) is { HasHandlers: true }
        };

    /// <summary>Columns that the script ignores are rules like those of the definition.</summary>
    private static TableRoute WithoutIgnored(TableRoute route, ScriptPlan plan)
    {
        if (!TableName.TryParse(route.Target, out TableName target) || plan.TableOf(target) is not { Ignore.Count: > 0 } configured)
            return route;
        return route with
        {
            Columns = [.. route.Columns, .. configured.Ignore.Select(column => new ColumnRule { Column = column, Ignore = true })]
        };
    }
}
