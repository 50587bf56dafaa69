using System.Buffers;
using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Failback.Apply.Applying;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Letters;
using Failback.Apply.Settings;
using Failback.Apply.Staging;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Contracts.Words;
using Failback.Messaging.Reading;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// The engine on a real database without a broker: rows go in as they would come out of a queue, one call is one transaction.
/// Versions count up by themselves: every call gets a later resolved timestamp.
/// </summary>
public sealed class EngineHarness : IAsyncDisposable
{
    /// <summary>Failures that pass, in a row.</summary>
    private const int Retries = 30;

    private readonly ITargetFixture _fixture;
    private readonly string _url;
    private readonly List<string> _attempts = [];
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly DbConnection _own;
    private GroupContext _context = null!;
    private OwnedGroup _group = null!;
    private DbConnection _connection = null!;
    private TimeSpan _applyTimeout;
    private long _clock = 1_000;

    private EngineHarness(ITargetFixture fixture, string url, DbConnection own)
    {
        _fixture = fixture;
        _url = url;
        _own = own;
    }

    /// <summary>Attempts that succeeded, in order: plain, careful, relaxed, isolated.</summary>
    public IReadOnlyList<string> Attempts => _attempts;

    public IReadOnlyList<OpenLetters> Letters { get; private set; } = [];

    internal IReadOnlyList<GroupTable> Tables => _group.Tables;

    /// <summary>A table by its name in any case: unquoted, Oracle writes it in upper case.</summary>
    internal GroupTable TableOf(string name) =>
        _group.Tables.Single(t => t.Target.Name.Table.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Schema or database of the engine's own tables.</summary>
    public string Staging => _fixture.Staging(_url);

    /// <summary>One of the engine's own tables, as a statement names it.</summary>
    public string StagingTable(string table) => _fixture.StagingTable(_url, table);

    /// <summary>Creates a database with the given DDL, takes its tables over.</summary>
    public static async Task<EngineHarness> StartAsync(
        ITargetFixture fixture, string ddl, Func<FailbackSpec, FailbackSpec>? change = null, int applyTimeout = 10)
    {
        string created = await fixture.CreateAsync();
        var harness = new EngineHarness(fixture, created, await fixture.ConnectAsync(created));
        try
        {
            await harness.SqlAsync(ddl);
            await harness.TakeOverAsync(change ?? (s => s), TimeSpan.FromSeconds(applyTimeout));
            return harness;
        }
        catch
        {
            await harness.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs statements of the test itself, as the owner of the tables.</summary>
    public async Task SqlAsync(string sql)
    {
        foreach (string statement in sql.Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await using DbCommand command = _own.CreateCommand();
            command.CommandText = statement.TrimEnd(';');
            await command.ExecuteNonQueryAsync();
        }

        if (sql.Contains("CREATE TABLE", StringComparison.OrdinalIgnoreCase)) await _fixture.GrantAsync(_url);
    }

    /// <summary>URL of the database for the user.</summary>
    public string Url => _url;

    /// <summary>Name of the user that the engine comes as.</summary>
    public string User => new Uri(_url).UserInfo.Split(':')[0];

    /// <summary>First value of a query of the user.</summary>
    public async Task<string?> AsUserAsync(string sql)
    {
        await using DbCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>Rows of a query, columns joined by <c>|</c>, NULL as <c>-</c>.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string sql)
    {
        await using DbCommand command = _own.CreateCommand();
        command.CommandText = sql;
        await using DbDataReader row = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await row.ReadAsync())
            rows.Add(
                string.Join(
                    '|', Enumerable.Range(0, row.FieldCount)
                    .Select(i => row.IsDBNull(i) ? "-" : Convert.ToString(row.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }

    /// <summary>Letters in the staging schema: first part of the key and the reason, joined by <c>|</c>.</summary>
    public async Task<IReadOnlyList<string>> LettersAsync() => [.. (await ReasonsAsync()).Select(l => $"{l.Key}|{l.Message}")];

    /// <summary>Letters in the staging schema, in the order of their making.</summary>
    public async Task<IReadOnlyList<(string Table, string Key, string Kind, string Message)>> ReasonsAsync()
    {
        await using DbCommand command = _own.CreateCommand();
        command.CommandText =
            $"SELECT table_name, key_json, error_class, error_message FROM {StagingTable("pending_mutation")} ORDER BY id";
        await using DbDataReader row = await command.ExecuteReaderAsync();
        var rows = new List<(string, string, string, string)>();
        while (await row.ReadAsync())
            rows.Add(
                (row.GetString(0), Encoding.UTF8.GetString((byte[])row.GetValue(1)).Trim('[', ']'), row.GetString(2), row.GetString(3)));
        return rows;
    }

    /// <summary>Reads the catalogue again where it may have changed.</summary>
    public Task RefreshAsync() => _group.RefreshAsync(_connection, CancellationToken.None);

    /// <summary>What every start of a failback does first.</summary>
    public Task EnsureStagingAsync() => _context.Checkpoints.EnsureAsync(_connection, CancellationToken.None);

    /// <summary>Registers the tables as a replica does when it comes.</summary>
    public Task RegisterAsync() => _context.Checkpoints.RegisterAsync(
        _connection, Failback, [.. _context.Spec.Tables.Select(t => t.Target)], CancellationToken.None);

    /// <summary>Name of the failback.</summary>
    public string Failback => _context.Spec.Name;

    /// <summary>True when there is a table of letters.</summary>
    public Task<bool> HasLettersAsync() => _fixture.Dialect.Letters(Staging).ExistAsync(_connection, CancellationToken.None);

    /// <summary>Letters as operators ask for them.</summary>
    public Task<IReadOnlyList<DeadLetter>> FindLettersAsync(
        DeadLetterFilter filter, bool withRows = false, long after = 0, int limit = 100) =>
        _fixture.Dialect.Letters(Staging).FindAsync(
            _connection, null, new FindDeadLetters(new StagingPlace(_context.Spec.Name, "", Staging), filter, after, limit, withRows),
            CancellationToken.None);

    /// <summary>Changes a letter as operators do.</summary>
    public async Task ChangeLetterAsync(long letter, LetterState state, string? reason = null)
    {
        await using DbTransaction transaction = await _connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted);
        await _fixture.Dialect.Letters(Staging).ChangeAsync(transaction, [letter], state, reason, "somebody", CancellationToken.None);
        await transaction.CommitAsync();
        await LookAsync();
    }

    /// <summary>An upsert of the table's row; the key is a JSON array.</summary>
    public static Change Put(string table, string key, string after, int version = 0) => new(table, key, after, version);

    /// <summary>A delete.</summary>
    public static Change Delete(string table, string key, int version = 0) => new(table, key, null, version);

    /// <summary>Another owner takes the tables over, with a definition that may be another.</summary>
    public async Task RestartAsync(Func<FailbackSpec, FailbackSpec>? change = null)
    {
        FailbackSpec spec = change is null ? _context.Spec : change(_context.Spec);
        _context = new GroupContext(
            spec, _url, _fixture.Dialect, _context.Writer, new ApplierOptions(), "suite", TimeProvider.System, NullLogger.Instance);
        _group = await OwnedGroup.TakeOverAsync(
            _context, new MemoryShare(_context.Budget), spec.Tables, _connection, CancellationToken.None);
        await LookAsync();
    }

    /// <summary>All changes as one window: one transaction, consistent mode.</summary>
    public Task WindowAsync(params Change[] changes) => RunAsync(changes, guarded: false, resolve: true);

    /// <summary>The same up to a timestamp that a changefeed promised; later rows stay for the next window.</summary>
    public Task WindowAsync(HlcTimestamp resolved, params IReadOnlyList<Change> changes) => RunAsync(changes, guarded: false, resolved);

    /// <summary>All changes as one small transaction ahead of the resolved timestamp, as in bestEffort mode.</summary>
    public Task BatchAsync(params Change[] changes) => RunAsync(changes, guarded: true, resolve: false);

    /// <summary>One round over the rows that wait.</summary>
    public async Task<int> RetryWaitingAsync()
    {
        int placed = await new WaitingRows(_context, _group).RetryAsync(_connection, CancellationToken.None);
        await LookAsync();
        return placed;
    }

    /// <summary>Version of the next call's rows with offset 0.</summary>
    public HlcTimestamp Now => new(_clock, 0);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
            _fixture.Dialect.ClearPool(_connection); // every test has a database, and so a pool, of its own
        }

        await _own.DisposeAsync();
        await _services.DisposeAsync();
    }

    private async Task TakeOverAsync(Func<FailbackSpec, FailbackSpec> change, TimeSpan applyTimeout)
    {
        var counters = new WriteCounters(_services.GetRequiredService<IMeterFactory>());
        _listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "failback.apply.attempts" && instrument.Meter.Scope == _services.GetService<IMeterFactory>())
                l.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => _attempts.Add((string)tags[0].Value!));
        _listener.Start();
        ITargetDialect dialect = _fixture.Dialect;
        _applyTimeout = applyTimeout;
        _connection = dialect.CreateConnection(_url, ConnectionUse.Apply, applyTimeout);
        await _connection.OpenAsync();
        ICheckpointStore checkpoints = dialect.Checkpoints(Staging);
        await checkpoints.EnsureAsync(_connection, CancellationToken.None);
        IReadOnlyList<TargetTable> catalog = [
            .. (await dialect.Catalog.ReadAsync(_connection, Staging, CancellationToken.None)).Where(
                t => t.Name.Schema == _fixture.Schema(_url))];
        FailbackSpec spec = change(new FailbackSpec
        {
            Name = "suite",
            Revision = 1,
            State = RunState.Running,
            WebhookPath = "/suite",
            Dialect = dialect.Name,
            SealedTarget = "",
            StagingSchema = Staging,
            UnknownTableQueue = "",
            Tables = [.. catalog.Select(t => new TableRoute { Source = t.Name.Table, Target = t.Name.ToString(), Queue = t.Name.Table })],
        });
        _context = new GroupContext(
            spec, _url, dialect, new WindowWriter(dialect.Statements, dialect.Classify, counters, NullLogger.Instance, spec.Triggers),
            new ApplierOptions(), "suite", TimeProvider.System, NullLogger.Instance);
        await checkpoints.RegisterAsync(_connection, spec.Name, [.. spec.Tables.Select(t => t.Target)], CancellationToken.None);
        _group = await OwnedGroup.TakeOverAsync(
            _context, new MemoryShare(_context.Budget), spec.Tables, _connection, CancellationToken.None);
    }

    private Task RunAsync(Change[] changes, bool guarded, bool resolve) =>
        RunAsync(changes, guarded, resolve ? new HlcTimestamp(_clock + 999, 0) : _group.Tables[0].Checkpoint.Resolved);

    private async Task RunAsync(IReadOnlyList<Change> changes, bool guarded, HlcTimestamp resolved)
    {
        foreach (Change change in changes)
        {
            GroupTable table = TableOf(change.Table);
            var body = new ArrayBufferWriter<byte>();
            HlcTimestamp updated = change.Updated ?? new HlcTimestamp(_clock + change.Version, 0);
            byte[] after = change.After is null ? [] : Encoding.UTF8.GetBytes(change.After);
            new RowFrame(updated, Encoding.UTF8.GetBytes(change.Key), after, Encoding.UTF8.GetBytes(change.Before)).WriteTo(body);
            var entry = new MessageEntry(0, body.WrittenMemory, null) { Rows = 1, Received = 1, High = updated };
            table.Hold(entry);
            var rank = new VersionRank(updated, after.Length == 0);
            if (!rank.Beats(VersionRank.AppliedThrough(table.Checkpoint.Resolved))) entry.Count(Outcome.Superseded);
            else table.Rows.Add(new Mutation(entry, 0, updated));
        }

        _clock += 1_000;
        ApplyPlan plan = ApplyPlan.Window(_group.Tables, _ => resolved, guarded ? [.. _group.Tables.Select(_ => int.MaxValue)] : null);
        plan.Gather();
        int retries = Retries;
        while (true)
        {
            var transaction = new GroupTransaction(_context, _group.Tables, _group.Order, _group.Shapes, plan);
            try
            {
                if (!await transaction.RunAsync(_connection, CancellationToken.None))
                {
                    transaction.Undo();
                    transaction.TakeLessons();
                    plan.Regather();
                    continue;
                }
            }
            catch (TargetChangedException)
            {
                transaction.Undo();
                await _group.DescribeAgainAsync(_connection, CancellationToken.None);
                plan.Regather();
                continue;
            }

            catch (DbException e) when (_fixture.Dialect.Classify(e).Kind == FailureKind.Transient && retries-- > 0)
            {
                transaction.Undo();
                await ReopenAsync(retries);
                continue;
            }
            catch (InvalidOperationException) when (_connection.State != System.Data.ConnectionState.Open && retries-- > 0)
            {
                transaction.Undo();
                await ReopenAsync(retries);
                continue;
            }

            transaction.Settle();
            await LookAsync();
            return;
        }
    }

    /// <summary>
    /// As a group does that lost its session: it waits longer and longer, for the server may still be at its last statement.
    /// </summary>
    private async Task ReopenAsync(int left)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(2_000, 250 * (Retries - left))));
        await _connection.DisposeAsync();
        _fixture.Dialect.ClearPool(_connection);
        _connection = _fixture.Dialect.CreateConnection(_url, ConnectionUse.Apply, _applyTimeout);
        await _connection.OpenAsync();
    }

    private async Task LookAsync()
    {
        await _group.LookAtLettersAsync(_connection, CancellationToken.None);
        Letters = [.. _group.Tables.Select(t => t.Letters).Where(l => l.Waiting + l.Open > 0)];
    }

    /// <summary>One changefeed row of the test.</summary>
    /// <param name="Table">Table name without schema.</param>
    /// <param name="Key">JSON array.</param>
    /// <param name="After">JSON object; null deletes.</param>
    /// <param name="Version">Offset within the call's timestamps; higher is newer.</param>
    public sealed record Change(string Table, string Key, string? After, int Version)
    {
        /// <summary>Its timestamp, where that does not count up by itself.</summary>
        public HlcTimestamp? Updated { get; init; }

        /// <summary>The row before, where the feed sends it.</summary>
        public string Before { get; init; } = "";
    }
}
