using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;
using Failback.Testing.Processes;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Xunit;
using ProxyFaults = Failback.Testing.Processes.Faults;

namespace Failback.EndToEnd.Tests.Control;

/// <summary>Control, broker and services away, killed and back, in every order.</summary>
public sealed class SurvivalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TargetTableSummary[] Tables = [
        .. Enumerable.Range(0, 8).Select(i => new TargetTableSummary("shop", $"t{i}", ["id"]))];

    [Fact]
    public async Task Services_started_before_control_and_broker_find_failbacks_later()
    {
        await using ControlHarness control = await ControlHarness.CreateAsync(start: false);
        control.Proxy.Faults = new ProxyFaults { Refuse = true };
        long before = Stopwatch.GetTimestamp();
        IServiceProvider sink = await control.FollowAsync("sink");
        Assert.True(Stopwatch.GetElapsedTime(before) < TimeSpan.FromSeconds(5), "start does not wait for the broker");
        var directory = sink.GetRequiredService<FailbackDirectory>();
        Assert.False(directory.Loaded);

        await control.StartControlAsync();
        await control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        await control.RefusedAsync(503, "broker_unavailable", HttpMethod.Post, "failbacks/demo/start");
        control.Proxy.Faults = new ProxyFaults();
        await Wait.UntilAsync(
            () => Task.FromResult(directory.Find("demo") is not null), Patience, () => "nothing after the broker came back");
        await control.FollowAsync("applier-postgres", Tables);
        await control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/start");
        await StateAsync(directory, RunState.Running);
    }

    [Fact]
    public async Task Services_go_on_without_control_and_also_after_a_restart_of_their_own()
    {
        await using ControlHarness control = await ControlHarness.CreateAsync();
        string folder = Path.Combine(control.Folder, "state");
        var directory = (await control.FollowAsync("sink", stateFolder: folder)).GetRequiredService<FailbackDirectory>();
        await control.FollowAsync("applier-postgres", Tables);
        await control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        await control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/start");
        await StateAsync(directory, RunState.Running);

        await control.Process.KillAsync();
        Assert.Equal(8, directory.Find("demo")!.Tables.Count);
        await control.StopFollowersAsync();
        directory = (await control.FollowAsync("sink", stateFolder: folder)).GetRequiredService<FailbackDirectory>();
        Assert.True(directory.Loaded);
        Assert.Equal(8, directory.Find("demo")!.Tables.Count);
        Assert.DoesNotContain(
            ControlHarness.Secret, await File.ReadAllTextAsync(Path.Combine(folder, "failbacks-sink.json")), StringComparison.Ordinal);

        await control.StartControlAsync();
        await control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/pause");
        await StateAsync(directory, RunState.Paused);
    }

    [Fact]
    public async Task News_missed_while_the_broker_was_gone_arrives_with_it()
    {
        await using ControlHarness control = await ControlHarness.CreateAsync();
        var directory = (await control.FollowAsync("sink")).GetRequiredService<FailbackDirectory>();
        await control.FollowAsync("applier-postgres", Tables);
        await control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        await control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/start");
        await StateAsync(directory, RunState.Running);

        control.Proxy.Faults = new ProxyFaults { Refuse = true };
        control.Proxy.ResetConnections();
        await control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/pause");
        Assert.Equal(RunState.Running, directory.Find("demo")!.State);
        control.Proxy.Faults = new ProxyFaults();
        await StateAsync(directory, RunState.Paused);
        await control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/resume");
        await StateAsync(directory, RunState.Running);
    }

    [Fact]
    public async Task Killed_at_any_moment_of_start_and_delete_it_arrives_at_the_same_end()
    {
        await using ControlHarness control = await ControlHarness.CreateAsync();
        var directory = (await control.FollowAsync("applier-postgres", Tables)).GetRequiredService<FailbackDirectory>();
        JsonNode defined = await control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        foreach (int delay in new[] { 5, 40, 90, 150 })
        {
            await KillDuringAsync(control, HttpMethod.Post, "failbacks/demo/start", delay);
            JsonNode started = await control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/start");
            Assert.Equal((string?)defined["webhookUrl"], (string?)started["webhookUrl"]);
            Assert.Equal((string?)defined["stagingSchema"], (string?)started["stagingSchema"]);
            await StateAsync(directory, RunState.Running);
            await KillDuringAsync(control, HttpMethod.Post, "failbacks/demo/stop", delay / 4);
            await control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/stop");
            await StateAsync(directory, RunState.Stopped);
        }

        FailbackSpec spec = directory.Find("demo")!;
        await KillDuringAsync(control, HttpMethod.Delete, "failbacks/demo", 20);
        (int status, _, _) = await control.CallAsync(HttpMethod.Delete, "failbacks/demo");
        Assert.True(status is 204 or 404, $"{status}");
        await Wait.UntilAsync(() => Task.FromResult(directory.Find("demo") is null), Patience, () => "the service still has it");
        await using IConnection connection = await new ConnectionFactory { Uri = control.DirectBrokerUri }.CreateConnectionAsync();
        foreach (TableRoute table in spec.Tables)
            Assert.Null(await Messaging.Topology.TableQueueTopology.CheckAsync(connection, table.Queue, CancellationToken.None));
    }

    [Fact]
    public async Task Secrets_show_up_in_no_answer_log_file_or_message()
    {
        await using ControlHarness control = await ControlHarness.CreateAsync();
        await using IConnection connection = await new ConnectionFactory { Uri = control.DirectBrokerUri }.CreateConnectionAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        await control.FollowAsync("applier-postgres", Tables);
        List<string> messages = await ListenAsync(
            channel, "Failback.Contracts.Control:FailbackChanged", "failback-postgres-describe-target");

        // Every answer is checked by the harness.
        await control.ExpectAsync(
            201, HttpMethod.Put, "failbacks/demo",
            ControlHarness.Definition($$"""{"source":"postgresql://r:{{ControlHarness.Secret}}@c:26257/d"}"""));
        await control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/start");
        await control.RefusedAsync(
            422, "invalid_definition", HttpMethod.Put, "failbacks/bad",
            ControlHarness.Definition(
                $$"""{"target":"postgres://u:{{ControlHarness.Secret}}@:1/?sslmode=x","source":"{{ControlHarness.Secret}}"}"""));
        await control.ExpectAsync(200, HttpMethod.Get, "failbacks");
        await Wait.UntilAsync(
            () => Task.FromResult(
                Snapshot(messages)
                .Any(text => text.Contains("sealedTarget", StringComparison.Ordinal)
                    && text.Contains("stagingSchema", StringComparison.Ordinal))), Patience, () => "no message was seen");
        Assert.Equal(0, await control.Process.TerminateAsync());

        Assert.All(Snapshot(messages), text => Assert.DoesNotContain(ControlHarness.Secret, text, StringComparison.Ordinal));
        foreach (string file in Directory.GetFiles(control.Folder))
            Assert.DoesNotContain(
                ControlHarness.Secret, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_json_lines_answers_the_health_check_and_ends_with_zero_on_sigterm()
    {
        await using ControlHarness control = await ControlHarness.CreateAsync();
        var probe = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true };
        probe.ArgumentList.Add(Repository.ServiceDll("Failback.Control"));
        probe.ArgumentList.Add("--healthcheck");
        probe.Environment["Failback__Control__Url"] = control.Url.ToString();
        Assert.Equal(0, await ExitCodeAsync(probe));
        using var anonymous = new HttpClient();
        Assert.Contains("# TYPE", await anonymous.GetStringAsync(new Uri(control.Url, "/metrics")), StringComparison.Ordinal);

        Assert.Equal(0, await control.Process.TerminateAsync());
        Assert.Equal(1, await ExitCodeAsync(probe));
        string[] lines = (await File.ReadAllLinesAsync(control.Process.LogFile)).Where(line => line.Length > 0).ToArray();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.NotNull(JsonNode.Parse(line)!["message"]));
    }

    private static async Task<int> ExitCodeAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static async Task<List<string>> ListenAsync(IChannel channel, params string[] exchanges)
    {
        var messages = new List<string>();
        QueueDeclareOk queue = await channel.QueueDeclareAsync();
        foreach (string exchange in exchanges)
        {
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
            await channel.QueueBindAsync(queue.QueueName, exchange, "");
        }

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            lock (messages) messages.Add(Encoding.UTF8.GetString(delivery.Body.Span));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return messages;
    }

    private static string[] Snapshot(List<string> messages)
    {
        lock (messages) return [.. messages];
    }

    private static async Task KillDuringAsync(ControlHarness control, HttpMethod method, string path, int delay)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        Task<HttpResponseMessage> call = control.Client.SendAsync(request);
        await Task.Delay(delay);
        await control.Process.KillAsync();
        try
        {
            using HttpResponseMessage answer = await call;
        }
        catch (Exception e) when (BrokenCall.IsCut(e))
        {
            // Killed before it answered, as intended.
        }

        await control.StartControlAsync();
    }

    private static Task StateAsync(FailbackDirectory directory, RunState state) =>
        Wait.UntilAsync(
            () => Task.FromResult(directory.Find("demo")?.State == state), Patience,
            () => $"{directory.Find("demo")?.State} instead of {state}");
}
