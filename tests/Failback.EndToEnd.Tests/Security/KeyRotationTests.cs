using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.EndToEnd.Tests.Faults;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Security;

/// <summary>The secrets key is changed under a running failback; then nothing is left that needs the old one.</summary>
public sealed class KeyRotationTests(StackFixture fixture) : IClassFixture<StackFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private int _rows;

    private FailbackStack Stack => fixture.Stack;

    private string KeyFile => Path.Combine(Stack.Folder, "secrets.key");

    [Fact]
    public async Task A_new_key_seals_everything_while_it_runs_and_the_old_one_can_be_taken_away()
    {
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        Uri webhook = await Stack.StartFailbackAsync("shop", target, "public", "t");
        await FlowAsync(webhook, target);
        string operation = await OperationAsync();
        JsonElement called = await CallAsync();

        string old = (await File.ReadAllTextAsync(KeyFile)).Trim();
        string next = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await File.WriteAllTextAsync(KeyFile, $"{old}\n{next}\n");
        await File.WriteAllTextAsync(KeyFile, $"{next}\n{old}\n");
        await Wait.UntilAsync(
            () => Task.FromResult(Stack.Control.LogTail(1000).Contains("older keys can be taken out", StringComparison.Ordinal)), Patience,
            () => Stack.Logs());
        await File.WriteAllTextAsync(KeyFile, next + "\n");

        await UsableAsync(operation, called);
        await FlowAsync(webhook, target);
        // Whatever the processes still remembered is gone now.
        foreach (ServiceProcess process in (ServiceProcess[])[Stack.Control, Stack.Appliers[0]])
        {
            (_, Outage ended) = await process.TerminatedAsync();
            await ended.EndAsync();
        }

        await UsableAsync(operation, called);
        await FlowAsync(webhook, target);
        Assert.DoesNotContain("cannot be opened", Stack.Control.LogTail(1000), StringComparison.Ordinal);
        await Stack.Client.DeleteAsync("shop");
    }

    private async Task FlowAsync(Uri webhook, TestDatabase target)
    {
        using HttpClient client = Stack.WebhookClient();
        string Now() => string.Create(CultureInfo.InvariantCulture, $"{1_760_000_000_000_000_000 + (++_rows * 1_000_000L)}.0000000000");
        int id = _rows + 1;
        await Webhook.PostAsync(
            client, webhook,
            $$"""{"payload":[{"after":{"id":{{id}}},"key":[{{id}}],"topic":"public.t","updated":"{{Now()}}"}],"length":1}""");
        await Webhook.PostAsync(client, webhook, $$"""{"resolved":"{{Now()}}"}""");
        await Wait.UntilAsync(
            async () => await target.ScalarAsync<long>($"SELECT count(*) FROM t WHERE id = {id}") == 1, Patience, () => Stack.Logs());
    }

    private async Task<string> OperationAsync()
    {
        string id =
            (await Stack.Client.SendAsync(HttpMethod.Post, "failbacks/shop/preflight", null, ("Prefer", "respond-async"))).GetProperty("id")
            .GetString()!;
        await Wait.UntilAsync(
            async () => (await Stack.Client.SendAsync(HttpMethod.Get, $"operations/{id}", null)).GetProperty("state")
            .GetString() == "succeeded", Patience, () => Stack.Logs());
        return id;
    }

    private Task<JsonElement> CallAsync() =>
        Stack.Client.SendAsync(HttpMethod.Post, "failbacks/shop/pause", null, ("Idempotency-Key", "before-the-change"));

    // The same answer again, though the failback runs by now: it comes from what was stored.
    private async Task UsableAsync(string operation, JsonElement called)
    {
        JsonElement found = Assert.Single(
            (await Stack.Client.SendAsync(HttpMethod.Get, "operations?limit=10", null)).EnumerateArray(), one => one.GetProperty("id")
            .GetString() == operation);
        Assert.True(found.GetProperty("result").TryGetProperty("checks", out _));
        Assert.Equal(JsonNode.Parse(called.GetRawText())!.ToJsonString(), JsonNode.Parse((await CallAsync()).GetRawText())!.ToJsonString());
        await Stack.Client.ActAsync("shop", "resume");
        await Stack.Client.ActAsync("shop", "start");
    }
}
