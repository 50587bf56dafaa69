using Failback.Apply.Groups;
using Failback.Apply.Settings;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Contracts.Control;
using Failback.Messaging.Broker;
using Failback.Messaging.Reading;
using Failback.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Failback.Tests.Apply.Groups;

/// <summary>An owned group over tables in memory, fed with messages by hand.</summary>
internal sealed class Group : IDisposable
{
    private readonly MemoryShare _share;
    private readonly Dictionary<int, long> _sequences = [];
    private readonly Dictionary<int, long> _totals = [];

    private Group(GroupContext context, OwnedGroup owned, MemoryShare share)
    {
        Context = context;
        Owned = owned;
        _share = share;
    }

    public GroupContext Context { get; }

    public OwnedGroup Owned { get; }

    public SteppedTime Time => (SteppedTime)Context.Time;

    public static async Task<Group> CreateAsync(IReadOnlyList<TargetTable> tables, Func<GroupContext, GroupContext>? with = null)
    {
        var dialect = new StubDialect(tables);
        GroupContext plain = ContextOf(dialect, [.. tables.Select(t => t.Name.ToString())]);
        GroupContext context = with?.Invoke(plain) ?? plain;
        var share = new MemoryShare(context.Budget);
        using var connection = new SqliteConnection();
        return new Group(
            context, await OwnedGroup.TakeOverAsync(context, share, context.Spec.Tables, connection, CancellationToken.None), share);
    }

    /// <summary>What a failback of these tables needs, without a writer: nothing is written here.</summary>
    public static GroupContext ContextOf(StubDialect dialect, params string[] tables)
    {
        var spec = new FailbackSpec
        {
            Name = "shop",
            Revision = 1,
            State = RunState.Running,
            WebhookPath = "/",
            Dialect = "stub",
            SealedTarget = "",
            StagingSchema = "s",
            UnknownTableQueue = "u",
            Tables = [.. tables.Select(t => new TableRoute { Source = t, Target = t, Queue = "q." + t })],
        };
        return new GroupContext(spec, "", dialect, null!, new ApplierOptions(), "a", new SteppedTime(), NullLogger.Instance);
    }

    /// <summary>A message of rows arrives, published a while ago.</summary>
    public void Rows(int table, TimeSpan age, params long[] versions) => Take(
        table, MessageTypes.Rows, age, versions.Length,
        Sample.Body([.. versions.Select(v => Sample.Frame(v, $"[{v}]", $$"""{"id":{{v}}}"""))]));

    public void Rows(int table, params long[] versions) => Rows(table, TimeSpan.Zero, versions);

    public void Marker(int table, long resolved) =>
        Take(table, MessageTypes.Resolved, TimeSpan.Zero, 0, Sample.Bytes(Sample.At(resolved).ToString()));

    /// <summary>Everything up to a resolved timestamp was committed and acknowledged.</summary>
    public void Commit(long resolved)
    {
        foreach (GroupTable table in Owned.Tables)
        {
            table.Checkpoint = table.Checkpoint with { Resolved = Sample.At(resolved) };
            foreach (Mutation row in table.Rows.Where(r => r.Updated.Wall <= resolved)) row.Entry.Count(Outcome.Applied);
            table.Rows.RemoveAll(r => r.Updated.Wall <= resolved);
            table.Release(table.SettledMessages(Sample.At(resolved)));
        }

        Owned.Inbox.Recount();
    }

    public void Dispose()
    {
        Owned.Release();
        _share.Dispose();
    }

    private void Take(int table, string type, TimeSpan age, int rows, byte[] body)
    {
        MessageBuffer buffer = _share.Rent(body.Length, rows);
        body.CopyTo(buffer.Memory);
        _sequences[table] = _sequences.GetValueOrDefault(table) + 1;
        _totals[table] = _totals.GetValueOrDefault(table) + rows;
        Owned.Inbox.Take(new QueueDelivery
        {
            Queue = table,
            Tag = (ulong)_sequences[table],
            Type = type,
            Publisher = "p",
            Sequence = _sequences[table],
            Rows = rows,
            Total = _totals[table],
            PublishedAt = Time.GetUtcNow() - age,
            Buffer = buffer,
        });
    }
}
