using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// A message disappears from a queue behind Failback's back: nothing after it is applied, the error says what to do, and doing it helps.
/// </summary>
[Collection(FaultedStackCollection.Name)]
public sealed class LostEventTests(FaultedStack faulted)
{
    private const string Table = "item";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The first message of a publisher that the target has never heard of, and one in the middle of a known one.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_message_taken_out_of_a_queue_halts_the_failback_and_the_feed_sent_again_heals_it(int place)
    {
        string name = $"lost-{place}";
        await using TestDatabase database = await faulted.CreateDatabaseAsync();
        await database.ExecuteAsync($"create schema lost; create table lost.{Table} (id int primary key)");
        FeedRequest[] requests = [.. Enumerable.Range(1, 4).SelectMany(Transaction)];
        Uri webhook = await faulted.StartFailbackAsync(name, database, "lost", Table, []);
        string queue = (await faulted.Stack.Client.TablesAsync(name)).Single().Queue;
        await using IConnection connection = await new ConnectionFactory { Uri = faulted.Stack.Broker.Uri }.CreateConnectionAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        await WaitForReaderAsync(channel, queue, attached: true);
        await faulted.Stack.Client.ActAsync(name, "pause");
        await WaitForReaderAsync(channel, queue, attached: false);
        await PostAsync(webhook, requests);
        await TakeAwayAsync(channel, queue, place);
        await faulted.Stack.Client.ActAsync(name, "resume");

        TableResource halted = null!;
        await Wait.UntilAsync(
            async () => (halted = (await faulted.Stack.Client.TablesAsync(name)).Single()).State == "stopped", Patience,
            () => $"{halted}\n{faulted.Stack.Logs()}");
        Assert.Contains("messages are missing in queue", halted.Error, StringComparison.Ordinal);
        Assert.InRange(await database.ScalarAsync<long>($"select count(*) from lost.{Table}"), 0, place / 2);
        HlcTimestamp applied = halted.AppliedThrough;
        Assert.True(applied < Time(4), $"applied through {applied}");

        await faulted.Stack.Client.DeleteAsync(name);
        webhook = await faulted.StartFailbackAsync(name, database, "lost", Table, []);
        await PostAsync(webhook, [.. requests.Where(r => (r.Resolved ?? r.Rows[0].Updated) > applied)]);
        await faulted.Stack.Client.WaitAppliedAsync(name, Time(4), Patience);
        Assert.Equal(4, await database.ScalarAsync<long>($"select count(*) from lost.{Table}"));
        Assert.All(await faulted.Stack.Client.TablesAsync(name), t => Assert.True(t.AddsUp && t.InFlight == 0, t.ToString()));
        await faulted.Stack.Client.DeleteAsync(name);
    }

    private static IEnumerable<FeedRequest> Transaction(int number) =>
    [
        new FeedRequest([new FeedRow(Table, $"[{number}]", new JsonObject { ["id"] = number }.ToJsonString(), null, Time(number))], null),
        new FeedRequest([], Time(number)),
    ];

    private static HlcTimestamp Time(int number) => new(1_760_000_000_000_000_000 + number, 0);

    private async Task PostAsync(Uri webhook, IReadOnlyList<FeedRequest> requests)
    {
        using HttpClient client = faulted.Stack.WebhookClient(sinks: 1);
        await new FeedPoster(client, webhook, inFlight: 1).PostAsync(requests, TimeSpan.Zero);
    }

    private static Task WaitForReaderAsync(IChannel channel, string queue, bool attached) => Wait.UntilAsync(
        async () => await channel.ConsumerCountAsync(queue) > 0 == attached, Patience, () => attached
        ? "no applier reads"
        : "an applier still reads");

    /// <summary>Acknowledges one message as nobody should, and gives those before it back.</summary>
    private static async Task TakeAwayAsync(IChannel channel, string queue, int place)
    {
        await channel.BasicQosAsync(0, (ushort)(place + 1), global: false);
        var taken = new TaskCompletionSource<ulong>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        int seen = 0;
        consumer.ReceivedAsync += (_, message) =>
        {
            if (seen++ == place) taken.SetResult(message.DeliveryTag);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
        await channel.BasicAckAsync(await taken.Task.WaitAsync(Patience), multiple: false);
        await channel.CloseAsync();
    }
}
