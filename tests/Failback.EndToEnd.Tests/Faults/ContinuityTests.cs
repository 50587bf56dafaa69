using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts;
using Failback.Contracts.Words;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using RabbitMQ.Client;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// Target, queues or control's database go back in time, and processes restart: that is said, nothing is applied over the gap, and a rewind
/// leads on.
/// </summary>
[Collection(FaultedStackCollection.Name)]
public sealed class ContinuityTests(FaultedStack faulted)
{
    private const string Table = "item";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("sinks")]
    [InlineData("sinks and appliers")]
    [InlineData("sinks, appliers and control")]
    public async Task A_target_that_is_put_back_is_noticed_and_a_rewind_sends_the_gap_again(string restarted)
    {
        string name = "back-" + restarted.Length;
        await using TestDatabase database = await CreateAsync();
        Uri webhook = await faulted.StartFailbackAsync(name, database, "kept", Table, []);
        await PostAsync(webhook, 1, 2);
        await faulted.Stack.Client.WaitAppliedAsync(name, Time(2), Patience);
        await faulted.Stack.Client.ActAsync(name, "pause");
        await CopyAsync(database, name);
        await faulted.Stack.Client.ActAsync(name, "resume");
        await PostAsync(webhook, 3, 4);
        await faulted.Stack.Client.WaitAppliedAsync(name, Time(4), Patience);
        await PutBackAsync(database);
        await RestartAsync(restarted);
        await PostAsync(webhook, 5, 6);

        await TroubleAsync(name, ContinuityCodes.Broken);
        Assert.Equal(2, await CountAsync(database));
        await faulted.Stack.Client.ActAsync(name, "pause");
        JsonElement preview = await RewindAsync(name, new JsonObject { ["preview"] = true });
        Assert.Equal((Time(2).ToString(), Time(4).ToString()), (Text(preview, "to"), Text(preview, "from")));
        JsonElement rewound = await RewindAsync(name, new JsonObject { ["reason"] = "the target was put back" });
        Assert.Contains($"cursor='{Time(2)}'", Text(rewound, "statement"), StringComparison.Ordinal);
        await RefusedAsync(webhook);
        await PostAsync(await WebhookAsync(name), 3, 4, 5, 6);
        await faulted.Stack.Client.ActAsync(name, "resume");
        await EndAsync(name, database, 6);
    }

    [Fact]
    public async Task A_queue_that_is_gone_is_not_made_anew_in_silence()
    {
        const string name = "queues";
        await using TestDatabase database = await CreateAsync();
        Uri webhook = await faulted.StartFailbackAsync(name, database, "kept", Table, []);
        await PostAsync(webhook, 1);
        await faulted.Stack.Client.WaitAppliedAsync(name, Time(1), Patience);
        await faulted.Stack.Client.ActAsync(name, "pause");
        await PostAsync(webhook, 2);
        string queue = (await faulted.Stack.Client.TablesAsync(name)).Single().Queue;
        await using IConnection connection = await new ConnectionFactory { Uri = faulted.Stack.Broker.Uri }.CreateConnectionAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        await channel.QueueDeleteAsync(queue);
        await RestartAsync("sinks");

        foreach (string action in (string[])["resume", "start"])
        {
            if (action == "start") await faulted.Stack.Client.ActAsync(name, "stop");
            HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(
                () => faulted.Stack.Client.ActAsync(name, action));
            Assert.Contains(ContinuityCodes.Broken, refusal.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<OperationInterrupted>(() => PassiveAsync(channel, queue));
        Assert.Equal(1, await CountAsync(database));
    }

    [Fact]
    public async Task A_queue_that_goes_while_it_is_read_is_a_trouble_and_a_rewind_leads_on_without_a_pause()
    {
        const string name = "taken";
        await using TestDatabase database = await CreateAsync();
        Uri webhook = await faulted.StartFailbackAsync(name, database, "kept", Table, []);
        await PostAsync(webhook, 1);
        await faulted.Stack.Client.WaitAppliedAsync(name, Time(1), Patience);
        string queue = (await faulted.Stack.Client.TablesAsync(name)).Single().Queue;
        await using (IConnection connection = await new ConnectionFactory { Uri = faulted.Stack.Broker.Uri }.CreateConnectionAsync())
        await using (IChannel channel = await connection.CreateChannelAsync()) await channel.QueueDeleteAsync(queue);
        await TroubleAsync(name, ContinuityCodes.Broken);
        JsonElement rewound = await RewindAsync(name, new JsonObject { ["reason"] = "the broker lost a queue" });
        Assert.Contains($"cursor='{Time(1)}'", Text(rewound, "statement"), StringComparison.Ordinal);
        await PostAsync(await WebhookAsync(name), 2, 3);
        await EndAsync(name, database, 3);
    }

    [Fact]
    public async Task Control_whose_file_is_put_back_adopts_what_the_target_has_and_says_that_the_definition_is_older()
    {
        const string name = "control";
        await using TestDatabase database = await CreateAsync();
        Uri webhook = await faulted.StartFailbackAsync(name, database, "kept", Table, []);
        await PostAsync(webhook, 1);
        await faulted.Stack.Client.WaitAppliedAsync(name, Time(1), Patience);
        string[] files = ["control.db", "control.db-wal", "control.db-shm"];
        Assert.Equal(0, await faulted.Stack.Control.TerminateAsync());
        Dictionary<string, byte[]> copy = files.Select(file => Path.Combine(faulted.Stack.Folder, file)).Where(File.Exists)
            .ToDictionary(file => file, File.ReadAllBytes);
        await StartControlAsync();
        await faulted.DefineAsync(name, database, "kept", Table, new JsonObject { ["bestEffortWindow"] = "2h" });
        await PostAsync(webhook, 2);
        await faulted.Stack.Client.WaitAppliedAsync(name, Time(2), Patience);
        await faulted.Stack.Control.KillAsync();
        foreach (string file in files) File.Delete(Path.Combine(faulted.Stack.Folder, file));
        foreach ((string file, byte[] content) in copy) await File.WriteAllBytesAsync(file, content);
        await StartControlAsync();

        await TroubleAsync(name, "definition_went_back");
        await RestartAsync("sinks and appliers");
        await PostAsync(webhook, 3);
        await faulted.Stack.Client.WaitAppliedAsync(name, Time(3), Patience);
        await faulted.DefineAsync(name, database, "kept", Table, new JsonObject { ["bestEffortWindow"] = "3h" });
        await Wait.UntilAsync(
            async () => !(await CodesAsync(name)).Contains("definition_went_back"), Patience, () => "still said to have gone back");
        await EndAsync(name, database, 3);
    }

    private async Task<TestDatabase> CreateAsync()
    {
        TestDatabase database = await faulted.CreateDatabaseAsync();
        await database.ExecuteAsync($"create schema kept; create table kept.{Table} (id int primary key)");
        return database;
    }

    private static async Task CopyAsync(TestDatabase database, string name)
    {
        string staging = database.StagingSchema;
        await database.ExecuteAsync(
            $"create schema copy; create table copy.{Table} as select * from kept.{Table}; create table copy.checkpoint as select * from "
                + $"{staging}.checkpoint where failback = '{name}'; create table copy.publisher_position as select * from "
                + $"{staging}.publisher_position");
    }

    /// <summary>What a restore leaves: rows and our own tables as they were, and no session of before.</summary>
    private static Task PutBackAsync(TestDatabase database)
    {
        string staging = database.StagingSchema;
        return database.ExecuteAsync(
            $"begin; delete from kept.{Table}; insert into kept.{Table} select * from copy.{Table}; delete from {staging}.checkpoint; "
                + $"insert into {staging}.checkpoint select * from copy.checkpoint; delete from {staging}.publisher_position; "
                + $"insert into {staging}.publisher_position select * from copy.publisher_position; commit");
    }

    private async Task RestartAsync(string which)
    {
        List<ServiceProcess> processes = [.. faulted.Stack.Sinks];
        if (which.Contains("appliers", StringComparison.Ordinal)) processes.AddRange(faulted.Stack.Appliers);
        if (which.Contains("control", StringComparison.Ordinal)) processes.Add(faulted.Stack.Control);
        foreach (ServiceProcess process in processes) await process.KillAsync();
        foreach (ServiceProcess process in processes) process.Start();
        await Task.WhenAll(processes.Select(process => process.WaitReadyAsync()));
    }

    private async Task StartControlAsync()
    {
        faulted.Stack.Control.Start();
        await faulted.Stack.Control.WaitReadyAsync();
    }

    private async Task TroubleAsync(string name, string code) => await Wait.UntilAsync(
        async () => (await CodesAsync(name)).Contains(code), Patience, () => $"no {code}\n{faulted.Stack.Logs()}");

    private async Task<string[]> CodesAsync(string name) =>
        [.. (await faulted.Stack.Client.GetAsync(name)).GetProperty("errors").EnumerateArray().Select(error => Text(error, "code"))];

    private Task<JsonElement> RewindAsync(string name, JsonObject wish) =>
        faulted.Stack.Client.SendAsync(HttpMethod.Post, $"failbacks/{name}/rewind", wish);

    private async Task<Uri> WebhookAsync(string name) =>
        faulted.Stack.Webhook(Text(await faulted.Stack.Client.GetAsync(name), "webhookPath"));

    /// <summary>The former address is served no more, once the sinks have heard of it.</summary>
    private async Task RefusedAsync(Uri webhook)
    {
        using HttpClient client = faulted.Stack.WebhookClient(sinks: 1);
        await Wait.UntilAsync(
            async () =>
            {
                using var body = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
                using HttpResponseMessage answer = await client.PostAsync(webhook, body);
                return answer.StatusCode == HttpStatusCode.NotFound;
            },
            Patience,
            () => "the former address is still served");
    }

    private async Task EndAsync(string name, TestDatabase database, int rows)
    {
        await faulted.Stack.Client.WaitAppliedAsync(name, Time(rows), Patience);
        Assert.Equal(rows, await CountAsync(database));
        Assert.All(await faulted.Stack.Client.TablesAsync(name), t => Assert.True(t.AddsUp && t.InFlight == 0, t.ToString()));
        await faulted.Stack.Client.DeleteAsync(name);
    }

    private static Task<long> CountAsync(TestDatabase database) => database.ScalarAsync<long>($"select count(*) from kept.{Table}");

    private async Task PostAsync(Uri webhook, params int[] numbers)
    {
        using HttpClient client = faulted.Stack.WebhookClient(sinks: 1);
        await new FeedPoster(client, webhook, inFlight: 1).PostAsync([.. numbers.SelectMany(Transaction)], TimeSpan.Zero);
    }

    private static IEnumerable<FeedRequest> Transaction(int number) =>
    [
        new FeedRequest([new FeedRow(Table, $"[{number}]", new JsonObject { ["id"] = number }.ToJsonString(), null, Time(number))], null),
        new FeedRequest([], Time(number)),
    ];

    private static HlcTimestamp Time(int number) => new(1_760_000_000_000_000_000 + number, 0);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static async Task PassiveAsync(IChannel channel, string queue)
    {
        try
        {
            await channel.QueueDeclarePassiveAsync(queue);
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            throw new OperationInterrupted();
        }
    }

    private sealed class OperationInterrupted : Exception;
}
