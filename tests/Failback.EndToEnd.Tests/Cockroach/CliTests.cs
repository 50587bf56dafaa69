using System.Text.Json.Nodes;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>The command line against a running stack: operations, history, exit codes.</summary>
[Collection(CockroachCollection.Name)]
public sealed class CliTests(StackFixture fixture)
{
    [Fact]
    public async Task Work_is_waited_for_or_left_to_its_operation_and_logs_tell_it()
    {
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, $"name: by-cli\ntarget: {target.Url}\nschemaFilter: public\ntableFilter: t\nchangefeed: {{ managed: false }}\n");
        await RunAsync(0, "apply", "-f", file);
        File.Delete(file);

        string begun = await RunAsync(0, "start", "by-cli", "--no-wait");
        Assert.StartsWith("operation ", begun, StringComparison.Ordinal);
        string id = begun.Split(' ', ':')[1];
        Assert.Contains(
            "CREATE CHANGEFEED", (string?)JsonNode.Parse(await RunAsync(0, "operations", "wait", id, "-o", "json"))!["statement"],
            StringComparison.Ordinal);
        Assert.Contains(id, await RunAsync(0, "operations", "list", "--failback", "by-cli"), StringComparison.Ordinal);
        Assert.Contains("by-cli: running, 1 tables", await RunAsync(0, "start", "by-cli"), StringComparison.Ordinal);
        Assert.Contains("public.t", await RunAsync(0, "tables", "by-cli"), StringComparison.Ordinal);

        await using var following = new CliProcess(fixture.Stack, "logs", "by-cli", "--tail", "100");
        await following.WaitForAsync("created became running");
        Assert.Equal("started", (string?)JsonNode.Parse(await RunAsync(1, "delete", "by-cli", "-o", "json"))!["code"]);
        await RunAsync(0, "pause", "by-cli");
        await RunAsync(0, "stop", "by-cli");
        await following.WaitForAsync("paused became stopped");
        await following.WaitForAsync("operation   started: delete failed");
        Assert.Equal(0, await following.TerminateAsync());
        string[] past = (await RunAsync(0, "logs", "by-cli", "--no-follow", "--tail", "500", "-o", "json")).Split('\n');
        Assert.Contains(past, line => (string?)JsonNode.Parse(line)!["message"] == "running became paused");

        Assert.EndsWith("by-cli: deleted", await RunAsync(0, "delete", "by-cli"), StringComparison.Ordinal);
        Assert.Contains("failback status lists them", await RunAsync(1, "logs", "by-cli"), StringComparison.Ordinal);
        await RunAsync(2, "logs", "by-cli", "--tail", "1000");
        Assert.Contains("complete -c failback", await RunAsync(0, "completion", "fish"), StringComparison.Ordinal);
        await RunAsync(3, "status", "--url", $"http://127.0.0.1:{Ports.Next()}");
    }

    [Fact]
    public async Task Status_is_drawn_anew_in_a_terminal_until_it_is_interrupted()
    {
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await fixture.Stack.StartFailbackAsync("watched", target, "public", "t", []);
        await using CliProcess? watching = CliProcess.InTerminal(fixture.Stack, "status", "watched", "--watch");
        Assert.SkipWhen(watching is null, "there is no program that runs another one in a terminal: install util-linux");

        await watching.WaitForAsync("running, ");
        await watching.WaitForAsync("public.t");
        await RunAsync(0, "pause", "watched");
        await watching.WaitForAsync("paused, ");

        Assert.Contains("\u001b[", watching.Text, StringComparison.Ordinal);
        Assert.Equal(0, await watching.InterruptAsync());
        await RunAsync(0, "stop", "watched");
        await RunAsync(0, "delete", "watched");
    }

    private async Task<string> RunAsync(int expected, params string[] arguments)
    {
        await using var command = new CliProcess(fixture.Stack, arguments);
        int code = await command.EndAsync();
        Assert.True(expected == code, $"{string.Join(' ', arguments)} ended with {code} instead of {expected}:\n{command.Text}");
        return command.Text;
    }
}
