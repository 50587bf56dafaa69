using System.Globalization;
using System.Text.Json.Nodes;
using Failback.Contracts;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using Failback.Testing.Users;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>A few sessions of the target serve any number of tables, and tables that have none say so.</summary>
[Collection(FaultedStackCollection.Name)]
public sealed class ConnectionTests(FaultedStack faulted)
{
    private const int Tables = 60;

    /// <summary>Three replicas with eight sessions each, and two for each of them.</summary>
    private const int Allowed = 3 * 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly HlcTimestamp Time = new(1_760_000_000_000_000_000, 0);

    [Fact]
    public async Task Sixty_tables_in_best_effort_are_served_by_a_user_who_may_have_thirty_connections()
    {
        const string name = "lanes";
        await using TestDatabase database = await CreateAsync();
        await LimitAsync(database, Allowed);
        Uri webhook = await StartAsync(name, database);
        await PostAsync(webhook);
        await faulted.Stack.Client.WaitAppliedAsync(name, Time, Patience);
        Assert.Equal(Tables, await RowsAsync(database));
        Assert.InRange(await SessionsAsync(database), 1, Allowed);
        await faulted.Stack.Client.DeleteAsync(name);
        string left = "";
        await Wait.UntilAsync(
            async () => (left = (await database.ScalarAsync<string>(
                "select coalesce(string_agg(concat_ws(' ', application_name, state, query), '; '), '') from pg_stat_activity "
                    + $"where usename = '{User(database)}'"))!).Length == 0,
            Soon, () => $"sessions stay after the failback has gone: {left}");
    }

    [Fact]
    public async Task Tables_that_get_no_connection_say_so_and_are_served_when_there_are_some()
    {
        const string name = "crowded";
        await using TestDatabase database = await CreateAsync();
        Uri webhook = await StartAsync(name, database);
        await Wait.UntilAsync(async () => await SessionsAsync(database) > 0, Soon, () => "no applier has come");
        await LimitAsync(database, 1);
        await database.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{User(database)}'");
        await PostAsync(webhook);
        string[] unserved = [];
        await Wait.UntilAsync(
            async () => (unserved = await RetryingAsync(name)).Length == Tables, Soon, () => $"only {unserved.Length} tables say so");
        Assert.Equal(0, await RowsAsync(database));
        await LimitAsync(database, -1);
        await faulted.Stack.Client.WaitAppliedAsync(name, Time, Patience);
        Assert.Equal(Tables, await RowsAsync(database));
        await Wait.UntilAsync(async () => (await RetryingAsync(name)).Length == 0, Soon, () => "tables still say that they are not served");
        await faulted.Stack.Client.DeleteAsync(name);
    }

    private async Task<TestDatabase> CreateAsync()
    {
        TestDatabase database = await faulted.CreateDatabaseAsync();
        string tables = string.Concat(Enumerable.Range(0, Tables).Select(i => $"create table many.t{i} (id int primary key); "));
        await database.ExecuteAsync("create schema many; " + tables);
        return database;
    }

    private Task<Uri> StartAsync(string name, TestDatabase database) =>
        faulted.StartFailbackAsync(name, database, "many", "t.*", new JsonObject { ["mode"] = "bestEffort" });

    private async Task PostAsync(Uri webhook)
    {
        FeedRow[] rows = [
            .. Enumerable.Range(0, Tables).Select(
                i => new FeedRow(string.Create(CultureInfo.InvariantCulture, $"t{i}"), "[1]", """{"id": 1}""", null, Time))];
        using HttpClient client = faulted.Stack.WebhookClient(sinks: 1);
        await new FeedPoster(client, webhook, inFlight: 1).PostAsync(
            [new FeedRequest(rows, null), new FeedRequest([], Time)], TimeSpan.Zero);
    }

    private async Task<string[]> RetryingAsync(string name) => [
        .. (await faulted.Stack.Client.GetAsync(name)).GetProperty("errors").EnumerateArray()
            .Where(error => error.GetProperty("code").GetString() == "table_retrying")
            .Select(error => error.GetProperty("table").GetString()!).Distinct()];

    private static string User(TestDatabase database) => PostgresUser.Name(database.Name);

    private static Task LimitAsync(TestDatabase database, int connections) =>
        database.ExecuteAsync($"alter role {User(database)} connection limit {connections}");

    private static Task<long> SessionsAsync(TestDatabase database) =>
        database.ScalarAsync<long>($"select count(*) from pg_stat_activity where usename = '{User(database)}'");

    private static Task<long> RowsAsync(TestDatabase database) => database.ScalarAsync<long>(
        "select " + string.Join(" + ", Enumerable.Range(0, Tables).Select(i => $"(select count(*) from many.t{i})")));
}
