using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using RabbitMQ.Client;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// One random history, posted by a changefeed, during which target, queues and control's file go back in time, in a random order and with
/// random restarts. Each is noticed, and mended by the call that the documentation names; the changefeed then begins where the call says.
/// </summary>
internal sealed class GapRun(FaultedStack faulted, int seed)
{
    private const string Schema = "model";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Posting = TimeSpan.FromSeconds(2);

    private readonly Random _random = new(seed);
    private readonly RandomRun _run = RandomRun.Create(
        seed, new WorkloadOptions(200, 5), f => f with { MaxBatch = 20, Resolved = 200, InitialScan = false });
    private readonly string _name = $"gaps-{seed}";
    private readonly List<string> _told = [];
    private TestDatabase _database = null!;
    private Uri _webhook = null!;
    private int _posted;
    private HlcTimestamp _begin;

    /// <summary>Runs it; returns what happened in a line.</summary>
    public async Task<string> RunAsync(Action<string> print)
    {
        GapKind[] gaps = Enum.GetValues<GapKind>();
        _random.Shuffle(gaps);
        print($"{_run}: {string.Join(", ", gaps)}");
        try
        {
            await RunAsync(gaps);
        }
        catch (Exception)
        {
            print($"{string.Join("; ", _told)}\n{faulted.Stack.Logs()}");
            throw;
        }

        return $"seed {seed}: {string.Join("; ", _told)}";
    }

    private async Task RunAsync(GapKind[] gaps)
    {
        await using TestDatabase database = await faulted.CreateDatabaseAsync();
        _database = database;
        var checker = new ModelChecker(database.ConnectionString, _run.History, Schema, _name, FailbackStack.StagingSchema);
        await checker.CreateTargetAsync(seed: true);
        _webhook = await faulted.StartFailbackAsync(_name, database, Schema, Tables(), Definition("1h"));
        int[] cuts = Cuts((2 * gaps.Length) + 1);
        await PostAsync(cuts[0]);
        for (int i = 0; i < gaps.Length; i++)
        {
            await FallBackAsync(gaps[i], cuts[(2 * i) + 1]);
            await PostAsync(cuts[(2 * i) + 2]);
        }

        await PostAsync(_run.Requests.Count);
        var end = new HlcTimestamp(_run.History.EndTime.Wall + 1, 0);
        await SendAsync([new FeedRequest([], end)], TimeSpan.Zero);
        await faulted.Stack.Client.WaitAppliedAsync(_name, end, Patience);
        Assert.Empty((await checker.EndStateAsync()).Take(10));
        Assert.Empty(await checker.AccountingAsync());
        IReadOnlyList<TableResource> tables = await faulted.Stack.Client.TablesAsync(_name);
        Assert.All(tables, t => Assert.True(t.AddsUp && t.InFlight == 0 && t.DeadLettered == 0, t.ToString()));
        await faulted.Stack.Client.DeleteAsync(_name);
    }

    private Task FallBackAsync(GapKind gap, int until) => gap switch
    {
        GapKind.TargetPutBack => PutTargetBackAsync(until),
        GapKind.QueuesLost => LoseQueuesAsync(),
        _ => PutControlBackAsync(until),
    };

    private async Task PutTargetBackAsync(int until)
    {
        var copy = new TargetCopy(_database, Schema, _run.History.Schema.Tables.Select(t => t.Name));
        await copy.TakeAsync();
        await PostAsync(until);
        await copy.PutBackAsync();
        ServiceProcess[] restarted = [.. faulted.Stack.Sinks.Concat(faulted.Stack.Appliers).Where(_ => _random.Next(2) == 0)];
        foreach (ServiceProcess process in restarted) await process.KillAsync();
        foreach (ServiceProcess process in restarted) process.Start();
        _told.Add($"target put back, {restarted.Length} processes killed");
        await faulted.WaitReadyAsync();
        await RewindAsync();
    }

    private async Task LoseQueuesAsync()
    {
        string[] queues = [.. (await faulted.Stack.Client.TablesAsync(_name)).Select(t => t.Queue)];
        string[] lost = [.. queues.Where(q => q == queues[0] || _random.Next(2) == 0)];
        await using (IConnection connection = await new ConnectionFactory { Uri = faulted.Stack.Broker.Uri }.CreateConnectionAsync())
        await using (IChannel channel = await connection.CreateChannelAsync())
        {
            foreach (string queue in lost) await channel.QueueDeleteAsync(queue);
        }

        _told.Add($"{lost.Length} of {queues.Length} queues lost");
        await RewindAsync();
    }

    private async Task PutControlBackAsync(int until)
    {
        string[] files = [.. new[] { "control.db", "control.db-wal", "control.db-shm" }.Select(f => Path.Combine(faulted.Stack.Folder, f))];
        Assert.Equal(0, await faulted.Stack.Control.TerminateAsync());
        Dictionary<string, byte[]> copy = files.Where(File.Exists).ToDictionary(file => file, File.ReadAllBytes);
        await StartControlAsync();
        await faulted.DefineAsync(_name, _database, Schema, Tables(), Definition("2h"));
        await PostAsync(until);
        await faulted.Stack.Control.KillAsync();
        foreach (string file in files) File.Delete(file);
        foreach ((string file, byte[] content) in copy) await File.WriteAllBytesAsync(file, content);
        await StartControlAsync();
        await TroubleAsync("definition_went_back");
        await faulted.DefineAsync(_name, _database, Schema, Tables(), Definition("3h"));
        await Wait.UntilAsync(
            async () => !(await CodesAsync()).Contains("definition_went_back"), Patience, () => "still said to have gone back");
        _told.Add("control put back");
    }

    /// <summary>The documented way on: the changefeed is made anew from where the call says.</summary>
    private async Task RewindAsync()
    {
        await TroubleAsync(ContinuityCodes.Broken);
        bool pauses = _random.Next(2) == 0;
        if (pauses) await faulted.Stack.Client.ActAsync(_name, "pause");
        JsonElement answer = await faulted.Stack.Client.SendAsync(
            HttpMethod.Post, $"failbacks/{_name}/rewind", new JsonObject { ["reason"] = "something went back" });
        Assert.True(HlcTimestamp.TryParse(answer.GetProperty("to").GetString(), out _begin));
        JsonElement failback = await faulted.Stack.Client.GetAsync(_name);
        _webhook = faulted.Stack.Webhook(failback.GetProperty("webhookPath").GetString()!);
        int again = _posted;
        _posted = 0;
        _told.Add(string.Create(CultureInfo.InvariantCulture, $"rewound{(pauses ? " while paused" : "")} to {_begin}"));
        if (pauses) await faulted.Stack.Client.ActAsync(_name, "resume");
        await PostAsync(again);
    }

    /// <summary>Posts on to a request with a resolved timestamp, and waits until it is applied.</summary>
    private async Task PostAsync(int until)
    {
        if (until <= _posted) return;
        FeedRequest[] requests = [
            .. _run.Requests.Take(until).Skip(_posted).Select(Since).Where(r => r.Rows.Count > 0 || r.Resolved is not null)];
        _posted = until;
        await SendAsync(requests, Posting);
        if (requests.LastOrDefault(r => r.Resolved is not null)?.Resolved is { } resolved)
            await faulted.Stack.Client.WaitAppliedAsync(_name, resolved, Patience);
    }

    /// <summary>What a changefeed with the cursor sends of a request.</summary>
    private FeedRequest Since(FeedRequest request) =>
        new([.. request.Rows.Where(r => r.Updated > _begin)], request.Resolved > _begin ? request.Resolved : null);

    private async Task SendAsync(IReadOnlyList<FeedRequest> requests, TimeSpan duration)
    {
        using HttpClient client = faulted.Stack.WebhookClient();
        await new FeedPoster(client, _webhook).PostAsync(requests, duration);
    }

    /// <summary>Numbers of requests, each of which ends with a resolved timestamp that is later than all before it.</summary>
    private int[] Cuts(int count)
    {
        var later = new List<int>();
        HlcTimestamp highest = _run.History.StartTime;
        for (int i = 0; i < _run.Requests.Count; i++)
        {
            if (_run.Requests[i].Resolved is not { } resolved || resolved <= highest) continue;
            highest = resolved;
            later.Add(i + 1);
        }

        Assert.True(later.Count >= count, $"the feed has {later.Count} resolved timestamps, {count} are needed");
        int[] cuts = [.. later];
        _random.Shuffle(cuts);
        return [.. cuts.Take(count).Order()];
    }

    private string Tables() => string.Join('|', _run.History.Schema.Tables.Select(t => t.Name));

    private JsonObject Definition(string window) => new()
    {
        ["bestEffortWindow"] = window,
        ["tables"] = new JsonArray([.. _run.History.Schema.Tables.Select(t => new JsonObject
        {
            ["source"] = $"{Schema}.{t.Name}",
            ["target"] = $"{Schema}.{t.Name}",
            ["key"] = new JsonArray([.. t.SourceKey.Select(k => (JsonNode)k)]),
        })]),
    };

    private async Task StartControlAsync()
    {
        faulted.Stack.Control.Start();
        await faulted.Stack.Control.WaitReadyAsync();
    }

    private async Task TroubleAsync(string code) =>
        await Wait.UntilAsync(async () => (await CodesAsync()).Contains(code), Patience, () => $"no {code}");

    private async Task<string[]> CodesAsync() => [
        .. (await faulted.Stack.Client.GetAsync(_name)).GetProperty("errors").EnumerateArray()
            .Select(error => error.GetProperty("code").GetString()!)];
}
