using System.Diagnostics;
using System.Globalization;
using System.Text;
using Failback.Contracts;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>A backlog of a million rows: memory of sink and applier stays bounded while it is taken in and while it drains.</summary>
public sealed class BacklogTests(StackFixture fixture, ITestOutputHelper output) : IClassFixture<StackFixture>
{
    private const int Rows = 1_000_000;
    private const int RowsPerRequest = 5_000;
    private const long Limit = 400L * 1024 * 1024;
    private static readonly HlcTimestamp First = new(1_760_000_000_000_000_000, 0);

    [Fact]
    public async Task Sink_and_applier_stay_below_400_MB()
    {
        FailbackStack stack = fixture.Stack;
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "create table events (id bigint primary key, kind text not null, at timestamptz not null, amount numeric(18,4), payload "
                + "jsonb)");
        Uri webhook = await stack.StartFailbackAsync("backlog", database, "public", "events");
        await stack.Client.ActAsync("backlog", "pause");

        var watch = Stopwatch.StartNew();
        await FillAsync(stack, webhook);
        Print(Line("taken in", watch.Elapsed, stack));

        watch.Restart();
        await stack.Client.ActAsync("backlog", "resume");
        await stack.Client.WaitAppliedAsync("backlog", TimeOf(Rows), TimeSpan.FromMinutes(4));
        Print(Line("drained", watch.Elapsed, stack));

        Assert.Equal(Rows, await database.ScalarAsync<long>("select count(*) from events"));
        Assert.InRange(stack.Sinks[0].Memory().Peak, 1, Limit);
        Assert.InRange(stack.Appliers[0].Memory().Peak, 1, Limit);
        await stack.Client.DeleteAsync("backlog");
    }

    private void Print(string line)
    {
        output.WriteLine(line);
        // The figure is wanted in the log of a green run too.
        Console.WriteLine(line);
    }

    private static async Task FillAsync(FailbackStack stack, Uri webhook)
    {
        using HttpClient client = stack.WebhookClient();
        for (int row = 0; row < Rows; row += 2 * RowsPerRequest)
        {
            await Task.WhenAll(
                Webhook.PostAsync(client, webhook, Body(row)), Webhook.PostAsync(client, webhook, Body(row + RowsPerRequest)));
            await Webhook.PostAsync(client, webhook, $"{{\"resolved\":\"{TimeOf(row + (2 * RowsPerRequest))}\"}}");
        }
    }

    private static string Body(int first)
    {
        var body = new StringBuilder("{\"payload\":[");
        for (int id = first + 1; id <= first + RowsPerRequest; id++)
        {
            if (id > first + 1) body.Append(',');
            body.Append(
                CultureInfo.InvariantCulture,
                $"{{\"after\":{{\"amount\":{id % 1000}.1429,\"at\":\"2024-01-01T00:00:01Z\",\"id\":{id},\"kind\":\"kind "
                    + $"{id % 7}\",\"payload\":{{\"n\":{id},\"s\":\"text "
                    + $"\\u003c{id}\\u003e\"}}}},\"key\":[{id}],\"topic\":\"events\",\"updated\":\"{TimeOf(id)}\"}}");
        }

        return body.Append(CultureInfo.InvariantCulture, $"],\"length\":{RowsPerRequest}}}").ToString();
    }

    private static HlcTimestamp TimeOf(int row) => new(First.Wall + (row * 1000L), 0);

    private static string Line(string what, TimeSpan elapsed, FailbackStack stack)
    {
        (long sink, long sinkPeak) = stack.Sinks[0].Memory();
        (long applier, long applierPeak) = stack.Appliers[0].Memory();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Rows} rows {what} in {elapsed.TotalSeconds:0.0} s ({Rows / elapsed.TotalSeconds:0} rows/s); sink {sink >> 20} MB (peak "
                + $"{sinkPeak >> 20}), applier {applier >> 20} MB (peak {applierPeak >> 20})");
    }
}
