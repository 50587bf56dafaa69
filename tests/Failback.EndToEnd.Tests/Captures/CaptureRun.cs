using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Testing.Captures;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Captures;

/// <summary>One capture through a stack into a fresh database: prepare, replay, wait, compare.</summary>
internal sealed class CaptureRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static int _runs;
    private readonly ITestDatabase _opened;

    private CaptureRun(FailbackStack stack, Capture capture, ITestDatabase database, ICaptureTarget target)
    {
        Stack = stack;
        Capture = capture;
        _opened = database;
        Target = target;
        Name = $"{capture.Name.Replace('_', '-')}-{Interlocked.Increment(ref _runs)}";
    }

    public FailbackStack Stack { get; }

    public Capture Capture { get; }

    /// <summary>The database of a run in PostgreSQL.</summary>
    public TestDatabase Database => (TestDatabase)_opened;

    public ICaptureTarget Target { get; }

    public string Name { get; }

    /// <summary>Where the changefeed posts to.</summary>
    public Uri Webhook { get; private set; } = new("https://localhost/");

    /// <summary>Makes the tables, defines and starts the failback.</summary>
    public static async Task<CaptureRun> PrepareAsync(FailbackStack stack, string capture, JsonObject? more = null)
    {
        TestDatabase database = await TestDatabase.CreateAsync();
        return await PrepareAsync(
            stack, capture, database, new PostgresTarget(database.ConnectionString, CaptureTarget.For(capture)), more);
    }

    /// <summary>The same in a database that is there already.</summary>
    public static async Task<CaptureRun> PrepareAsync(
        FailbackStack stack, string capture, ITestDatabase database, ICaptureTarget target, JsonObject? more = null)
    {
        var run = new CaptureRun(stack, Capture.Load(capture), database, target);
        await run.Target.CreateAsync(run.Capture);
        run.Webhook = await stack.StartFailbackAsync(run.Name, database, target.Shape, more);
        return run;
    }

    /// <summary>Sends every request; <paramref name="beforeRequest"/> breaks things on the way.</summary>
    public async Task<CaptureReplayer> ReplayAsync(Func<int, Task>? beforeRequest = null, bool restart = false)
    {
        using HttpClient client = Stack.WebhookClient();
        var replayer = new CaptureReplayer(client, Webhook) { BeforeRequest = beforeRequest, RestartAfterFailures = restart };
        await replayer.ReplayAsync(Capture.Requests);
        return replayer;
    }

    /// <summary>Waits until everything is applied and counted, then compares tables and dead letters.</summary>
    public async Task VerifyAsync()
    {
        CaptureTarget target = Target.Shape;
        if (target.Unstorable.Count == 0)
        {
            await WaitAppliedAsync();
        }
        else
        {
            // A dead letter holds the watermark on purpose.
            HashSet<string> expected = [.. target.Unstorable.Select(u => $"{TableName.Parse(u.Table).Table} [{u.Key}]")];
            HashSet<string> letters = [];
            await Wait.UntilAsync(
                async () => (letters = await LettersAsync()).SetEquals(expected), Patience,
                () => $"dead letters: {string.Join(", ", letters)}\n{Stack.Logs()}");
        }

        await VerifyCountsAsync();
        IReadOnlyList<string> differences = await Target.CompareAsync(Capture);
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(20)) + "\n" + (differences.Count == 0 ? "" : Stack.Logs()));
    }

    public Task WaitAppliedAsync() => WithLogsAsync(() => Stack.Client.WaitAppliedAsync(Name, Capture.LastResolved, Patience));

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Stack.Client.DeleteAsync(Name);
        }
        catch (Exception e) when (BrokenCall.IsWithoutResult(e) && !Stack.Control.IsRunning)
        {
            // A failed test left control dead; its own message says more.
        }

        await _opened.DisposeAsync();
    }

    /// <summary>The rows with open letters. How many letters a row has depends on how its versions were batched.</summary>
    private async Task<HashSet<string>> LettersAsync()
    {
        JsonElement page = await Stack.Client.SendAsync(HttpMethod.Get, $"failbacks/{Name}/dead-letters?limit=500", null);
        return [.. page.GetProperty("items").EnumerateArray()
            .Select(l => $"{TableName.Parse(l.GetProperty("table").GetString()!).Table} {l.GetProperty("key")}")];
    }

    private async Task VerifyCountsAsync()
    {
        int rows = Capture.Requests.Sum(r => r.Rows);
        IReadOnlyList<TableResource> tables = [];
        await Wait.UntilAsync(async () =>
        {
            tables = await Stack.Client.TablesAsync(Name);
            return tables.All(t => t.AddsUp && t.InFlight == 0) && tables.Sum(t => t.Received) >= rows;
        }, TimeSpan.FromSeconds(20), () => $"{rows} rows were accepted, the counts do not add up:\n{string.Join('\n', tables)}");
    }

    private async Task WithLogsAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(
                $"{e.Message}\n{string.Join('\n', (await Target.CompareAsync(Capture)).Take(10))}\n{Stack.Logs()}", e);
        }
    }
}
