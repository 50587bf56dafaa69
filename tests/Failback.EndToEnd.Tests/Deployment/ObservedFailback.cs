using System.Text.Json.Nodes;
using Failback.Contracts;
using Failback.EndToEnd.Tests.Faults;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>A failback of the tables <c>parent</c> and <c>child</c>, whose rows and resolved timestamps are posted by hand.</summary>
internal sealed class ObservedFailback : IAsyncDisposable
{
    private readonly FailbackStack _stack;
    private readonly TestDatabase _database;
    private readonly HttpClient _client;
    private Uri _webhook = new("https://unset");

    private ObservedFailback(FailbackStack stack, TestDatabase database, string name)
    {
        _stack = stack;
        _database = database;
        _client = stack.WebhookClient();
        Name = name;
    }

    public string Name { get; }

    public TestDatabase Database => _database;

    public string WebhookPath => _webhook.AbsolutePath;

    public static async Task<ObservedFailback> StartAsync(FailbackStack stack, string name, string mode = "consistent")
    {
        var failback = new ObservedFailback(stack, await TestDatabase.CreateAsync(), name);
        await failback._database.ExecuteAsync("""
            create table parent (id bigint primary key, n int not null);
            create table child (id bigint primary key, n bigint not null references parent);
            """);
        failback._webhook = await stack.StartFailbackAsync(
            name, failback._database, "public", "parent|child", new JsonObject { ["mode"] = mode });
        return failback;
    }

    public Task PostAsync(string table, long id, string n) => PostAsync(
        $$"""{"payload":[{"after":{"id":{{id}},"n":{{n}}},"key":[{{id}}],"topic":"{{table}}","updated":"{{Now()}}"}],"length":1}""");

    /// <summary>Posts a resolved timestamp of this moment and returns it.</summary>
    public async Task<HlcTimestamp> ResolveAsync()
    {
        HlcTimestamp now = Now();
        await PostAsync($$"""{"resolved":"{{now}}"}""");
        return now;
    }

    public async Task ResolveAndWaitAsync() =>
        await _stack.Client.WaitAppliedAsync(Name, await ResolveAsync(), TimeSpan.FromSeconds(60));

    /// <summary>Posts what the sink refuses.</summary>
    public async Task<int> PostNonsenseAsync()
    {
        using var content = new StringContent("{}", null, "application/json");
        using HttpResponseMessage answer = await _client.PostAsync(_webhook, content);
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _stack.Client.DeleteAsync(Name);
        _client.Dispose();
        await _database.DisposeAsync();
    }

    private static HlcTimestamp Now() => HlcTimestamp.FromTime(TimeProvider.System.GetUtcNow());

    private Task PostAsync(string body) => Webhook.PostAsync(_client, _webhook, body);
}
