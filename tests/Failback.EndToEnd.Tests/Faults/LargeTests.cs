using System.Diagnostics;
using System.Globalization;
using System.Text;
using Failback.Contracts;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>An applier that may hold little.</summary>
public sealed class SmallMemoryStackFixture : StackFixture
{
    protected override StackOptions Options =>
        new(ApplierSettings: new() { ["Failback__Applier__MemoryBytes"] = (16 << 20).ToString(CultureInfo.InvariantCulture) });
}

/// <summary>A window that does not fit into memory, and a row that fills all of it.</summary>
public sealed class LargeTests(SmallMemoryStackFixture fixture, ITestOutputHelper output) : IClassFixture<SmallMemoryStackFixture>
{
    private const int RowsPerRequest = 5_000;
    private const long Limit = 400L << 20;
    private static readonly HlcTimestamp First = new(1_760_000_000_000_000_000, 0);

    /// <summary>FAILBACK_LARGE_ROWS: how many; the suite has no time for five million.</summary>
    private static readonly int Rows = int.Parse(
        Environment.GetEnvironmentVariable("FAILBACK_LARGE_ROWS") ?? "300000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_window_many_times_larger_than_memory_goes_through_and_consistent_windows_return()
    {
        FailbackStack stack = fixture.Stack;
        await stack.Appliers[0].RestartAsync(); // its peak may be another test's
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table accounts (id bigint primary key, balance bigint not null, note text)");
        Uri webhook = await stack.StartFailbackAsync("window", database, "public", "accounts");
        using HttpClient client = stack.WebhookClient();
        var watch = Stopwatch.StartNew();
        for (int row = 0; row < Rows; row += 2 * RowsPerRequest)
            await Task.WhenAll(
                Webhook.PostAsync(client, webhook, Body(row)), Webhook.PostAsync(client, webhook, Body(row + RowsPerRequest)));
        await Webhook.PostAsync(client, webhook, $"{{\"resolved\":\"{TimeOf(Rows)}\"}}");
        await stack.Client.WaitAppliedAsync("window", TimeOf(Rows), TimeSpan.FromSeconds(60 + (Rows / 10_000)));
        long peak = stack.Appliers[0].Memory().Peak;
        Print($"a window of {Rows} rows went through in {watch.Elapsed.TotalSeconds:0.0} s; applier peak {peak >> 20} MB");

        Assert.Equal((long)Rows * (Rows + 1L) / 2, await database.ScalarAsync<decimal>("select sum(balance) from accounts"));
        await Webhook.PostAsync(client, webhook, $"{{\"resolved\":\"{TimeOf(Rows + 1)}\"}}");
        await stack.Client.WaitAppliedAsync("window", TimeOf(Rows + 1), TimeSpan.FromSeconds(30));
        await Wait.UntilAsync(
            () => database.ScalarAsync<bool>($"select consistent from {FailbackStack.StagingSchema}.checkpoint"), TimeSpan.FromSeconds(30),
            () => "whole windows did not return");
        // Versions are forgotten with the windows, so many with each: resolved timestamps go on coming, as those of a changefeed do.
        int further = 1;
        await Wait.UntilAsync(
            async () =>
            {
                await Webhook.PostAsync(client, webhook, $"{{\"resolved\":\"{TimeOf(Rows + ++further)}\"}}");
                return await database.ScalarAsync<long>($"select count(*) from {FailbackStack.StagingSchema}.row_version") == 0;
            },
            TimeSpan.FromSeconds(60), () => $"versions are left after {further} resolved timestamps");
        Assert.InRange(peak, 1, Limit);
        await stack.Client.DeleteAsync("window");
    }

    [Fact]
    public async Task A_row_of_200_MB_goes_through_between_small_ones()
    {
        const int Size = 200_000_000;
        FailbackStack stack = fixture.Stack;
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table documents (id bigint primary key, body text not null)");
        Uri webhook = await stack.StartFailbackAsync("giant", database, "public", "documents");
        using HttpClient client = stack.WebhookClient();
        client.Timeout = TimeSpan.FromMinutes(2);
        var watch = Stopwatch.StartNew();
        await Webhook.PostAsync(client, webhook, Document(1, "before", 1));
        await Webhook.PostAsync(client, webhook, Document(2, new string('x', Size), 2));
        await Webhook.PostAsync(client, webhook, Document(3, "after", 3));
        await Webhook.PostAsync(client, webhook, $"{{\"resolved\":\"{TimeOf(4)}\"}}");
        await stack.Client.WaitAppliedAsync("giant", TimeOf(4), TimeSpan.FromMinutes(3));
        Print($"a row of {Size >> 20} MB went through in {watch.Elapsed.TotalSeconds:0.0} s; sink peak "
            + $"{stack.Sinks[0].Memory().Peak >> 20} MB, applier peak {stack.Appliers[0].Memory().Peak >> 20} MB");

        Assert.Equal(
            "1:6,2:200000000,3:5",
            await database.ScalarAsync<string>("select string_agg(id || ':' || length(body), ',' order by id) from documents"));
        Assert.All(await stack.Client.TablesAsync("giant"), t => Assert.True(t.AddsUp && t.Applied == 3, t.ToString()));
        await stack.Client.DeleteAsync("giant");
    }

    private void Print(string line)
    {
        output.WriteLine(line);
        // The figure is wanted in the log of a green run too.
        Console.WriteLine(line);
    }

    private static string Document(int id, string body, int version) =>
        $"{{\"payload\":[{{\"after\":{{\"body\":\"{body}\",\"id\":{id}}},\"key\":[{id}],"
            + $"\"topic\":\"documents\",\"updated\":\"{TimeOf(version)}\"}}],\"length\":1}}";

    private static string Body(int first)
    {
        var body = new StringBuilder("{\"payload\":[");
        for (int id = first + 1; id <= first + RowsPerRequest; id++)
        {
            if (id > first + 1) body.Append(',');
            body.Append(
                CultureInfo.InvariantCulture,
                $"{{\"after\":{{\"balance\":{id},\"id\":{id},\"note\":\"note "
                    + $"{id % 17}\"}},\"key\":[{id}],\"topic\":\"accounts\",\"updated\":\"{TimeOf(id)}\"}}");
        }

        return body.Append(CultureInfo.InvariantCulture, $"],\"length\":{RowsPerRequest}}}").ToString();
    }

    private static HlcTimestamp TimeOf(int row) => new(First.Wall + (row * 1000L), 0);
}
