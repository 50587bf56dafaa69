using System.Globalization;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using Npgsql;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// A failback whose source commits ten times a second: each transaction adds an event and counts ten counters up. The target notes every
/// counter that goes down, so that a version put over a newer one is seen even if it is mended later.
/// </summary>
internal sealed class SteadyFeed : IAsyncDisposable
{
    private const int Counters = 10;
    private const long Second = 1_000_000_000;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly FaultedStack _faulted;
    private readonly TestDatabase _database;
    private readonly string _name;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly long _start = HlcTimestamp.FromTime(TimeProvider.System.GetUtcNow()).Wall;
    private Task _feeding = Task.CompletedTask;
    private int _committed;

    private SteadyFeed(FaultedStack faulted, TestDatabase database, string name)
    {
        _faulted = faulted;
        _database = database;
        _name = name;
        _client = faulted.Stack.WebhookClient();
    }

    /// <summary>Defines the failback in a schema of its own and begins.</summary>
    public static async Task<SteadyFeed> StartAsync(FaultedStack faulted, TestDatabase database, string name, string mode = "consistent")
    {
        var feed = new SteadyFeed(faulted, database, name);
        string schema = feed.Schema;
        await database.ExecuteAsync($"""
            create schema {schema};
            create table {schema}.event (id int primary key);
            create table {schema}.counter (id int primary key, value int not null);
            create table {schema}.went_down (id int, was int, became int);
            create function {schema}.note() returns trigger language plpgsql as $$ begin
                if new.value < old.value then insert into {schema}.went_down values (new.id, old.value, new.value); end if;
                return new;
            end $$;
            create trigger note after update on {schema}.counter for each row execute function {schema}.note();
            """);
        Uri webhook = await faulted.StartFailbackAsync(name, database, schema, "event|counter", new JsonObject { ["mode"] = mode });
        feed._feeding = feed.FeedAsync(webhook);
        return feed;
    }

    /// <summary>Replica that took the tables over last, and how many transactions it and those before it have committed.</summary>
    public async Task<(string Owner, long Commits)> OwnerAsync()
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"select owner, revision from {FailbackStack.StagingSchema}.checkpoint where failback = '{_name}' and table_name = "
                + $"'{Schema}.event'", connection);
        try
        {
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
            return await row.ReadAsync() ? (row.GetString(0), row.GetInt64(1)) : ("", 0);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // The first replica is about to create it.
            return ("", 0);
        }
    }

    /// <summary>Replicas that said within the last moment that they live.</summary>
    public Task<long> MembersAsync() =>
        _database.ScalarAsync<long>(
            $"select count(*) from {FailbackStack.StagingSchema}.member where seen_at > clock_timestamp() - interval '1.5 s'");

    /// <summary>Ends the feed, waits until all of it is applied; answers everything that is lost, doubled or reordered.</summary>
    public async Task<IReadOnlyList<string>> FinishAsync(TimeSpan patience)
    {
        await _stop.CancelAsync();
        await _feeding;
        await _faulted.Stack.Client.WaitAppliedAsync(_name, TimeOf(_committed), patience);
        List<string> wrong = [];
        await ExpectAsync(wrong, "events", $"select count(*) from {Schema}.event where id between 1 and {_committed}", _committed);
        await ExpectAsync(
            wrong, "counters at their last value", $"select count(*) from {Schema}.counter where value = {_committed}", Counters);
        await ExpectAsync(wrong, "counters that went down", $"select count(*) from {Schema}.went_down", 0);
        await ExpectAsync(
            wrong, "rows set aside", $"select count(*) from {FailbackStack.StagingSchema}.pending_mutation where failback = '{_name}'", 0);
        await ExpectAsync(
            wrong, "events applied",
            $"select applied from {FailbackStack.StagingSchema}.checkpoint where failback = '{_name}' and table_name = '{Schema}.event'",
            _committed);
        IReadOnlyList<TableResource> tables = await _faulted.Stack.Client.TablesAsync(_name);
        wrong.AddRange(tables.Where(t => !t.AddsUp || t.Received < _committed).Select(t => t.ToString()));
        return wrong;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _feeding.ContinueWith(static _ => { }, TaskScheduler.Default);
        await _faulted.Stack.Client.DeleteAsync(_name);
        _client.Dispose();
        _stop.Dispose();
    }

    private string Schema => _name.Replace('-', '_');

    private async Task FeedAsync(Uri webhook)
    {
        var poster = new FeedPoster(_client, webhook);
        using var timer = new PeriodicTimer(Every);
        while (!_stop.IsCancellationRequested)
        {
            int next = _committed + 1;
            HlcTimestamp time = TimeOf(next);
            List<FeedRow> rows = [new("event", $"[{next}]", $$"""{"id": {{next}}}""", null, time)];
            for (int id = 1; id <= Counters; id++) rows.Add(
                new FeedRow("counter", $"[{id}]", $$"""{"id": {{id}}, "value": {{next}}}""", null, time));
            await poster.PostAsync([new FeedRequest(rows, null), new FeedRequest([], time)], TimeSpan.Zero);
            _committed = next;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private HlcTimestamp TimeOf(int transaction) => new(_start + (transaction * Second / 10), 0);

    private async Task ExpectAsync(List<string> wrong, string what, string sql, long expected)
    {
        long found = Convert.ToInt64(await _database.ScalarAsync<object>(sql), CultureInfo.InvariantCulture);
        if (found != expected) wrong.Add($"{found} {what} instead of {expected}");
    }
}
