using System.Text.Json.Nodes;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Stacks;

/// <summary>A service whose port another process has: it ends and says why, and nobody takes the other one for it.</summary>
public sealed class ForeignProcessTests
{
    private const int CannotListen = 3;

    [Theory]
    [InlineData("Failback.Control")]
    [InlineData("Failback.Sink")]
    [InlineData("Failback.Applier.Postgres")]
    public async Task A_second_process_on_the_same_port_ends_with_a_clear_message(string project)
    {
        await using TestVirtualHost broker = await TestVirtualHost.CreateAsync();
        string folder = Directory.CreateTempSubdirectory("failback-foreign-").FullName;
        Dictionary<string, string> settings = Settings(broker, folder, Ports.Next(), Ports.Next());
        Uri health = new(settings[project == "Failback.Control" ? "Failback__Control__Url" : "Health"]);
        await using (ServiceProcess first = Make(project, "first", settings, health, folder))
        await using (ServiceProcess second = Make(project, "second", settings, health, folder))
        {
            first.Start();
            // Readiness of sink and applier needs a control, which is not there.
            await first.WaitReadyAsync(path: "/livez");
            using var client = new HttpClient();
            using HttpResponseMessage readiness = await client.GetAsync(new Uri(health, "/readyz"), TestContext.Current.CancellationToken);
            JsonNode report = JsonNode.Parse(await readiness.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal(first.ProcessId, (int?)report["process"]);
            Assert.StartsWith("first-", (string?)report["instance"], StringComparison.Ordinal);

            second.Start();
            InvalidOperationException ended = await Assert.ThrowsAsync<InvalidOperationException>(
                () => second.WaitReadyAsync(path: "/livez"));
            Assert.Contains($"ended with exit code {CannotListen}", ended.Message, StringComparison.Ordinal);
            // The end of its log may still be on the way.
            string said = "";
            await Wait.UntilAsync(
                () => Task.FromResult(
                    (said = second.LogTail(100).Split('\n')
                        .FirstOrDefault(line => line.Contains("cannot listen: ", StringComparison.Ordinal), "")).Length > 0),
                TimeSpan.FromSeconds(10), () => second.LogTail());
            Assert.Matches($":({health.Port}|{settings["Failback__Sink__Port"]})\\b", said);
            await first.WaitReadyAsync(path: "/livez");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static ServiceProcess Make(string project, string name, Dictionary<string, string> settings, Uri health, string folder) =>
        new(name, Repository.ServiceDll(project), settings, health, Path.Combine(folder, name + ".log"));

    private static Dictionary<string, string> Settings(TestVirtualHost broker, string folder, int port, int health) => new()
    {
        ["Failback__RabbitMq__Uri"] = broker.Uri.ToString(),
        ["Failback__StateFolder"] = folder,
        ["Failback__SecretsKey"] = Convert.ToBase64String(new byte[32]),
        ["Failback__Control__Url"] = $"http://127.0.0.1:{health}",
        ["Failback__Control__ApiToken"] = "token-of-two-controls",
        ["Failback__Control__Database"] = Path.Combine(folder, "control.db"),
        ["Failback__Sink__Port"] = $"{port}",
        ["Failback__Sink__HealthPort"] = $"{health}",
        ["Failback__Sink__TlsSelfSigned"] = "true",
        ["Failback__Applier__HealthPort"] = $"{health}",
        ["Health"] = $"http://127.0.0.1:{health}",
    };
}
